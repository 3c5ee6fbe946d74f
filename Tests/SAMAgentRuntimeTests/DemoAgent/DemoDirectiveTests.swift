// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMRPC
import Testing

@testable import SAMAgentRuntime

@Suite("Demo agent: directives")
struct DemoDirectiveTests {
  @Test(
    "a task says what to do",
    arguments: [
      ("Fix it", [.edit], "Fix it"), ("", [.edit], ""),
      ("[[demo count=3 rate=2.5]]", [.count(3, rate: 2.5)], ""), ("[[demo count=3]]", [.count(3, rate: nil)], ""),
      ("Go [[demo sleep=0.5]] on\n[[demo edit]] now", [.sleep(0.5), .edit], "Go on\nnow"),
      ("[[demo flood=2]][[demo exit=3]]", [.flood(2), .exit(3)], ""),
      ("[[demo garbage]] [[demo fork-daemon]] [[demo no-edit]]", [.garbage, .forkDaemon, .noEdit], ""),
      ("[[demo say=KIWI]] [[demo fail=why]]", [.say("KIWI"), .fail("why")], ""),
      ("[[other x]] [[demo", [.edit], "[[other x]] [[demo"),
    ] as [(String, [DemoDirective], String)])
  func parses(text: String, steps: [DemoDirective], rest: String) throws {
    let found = try DemoDirective.parse(text)
    #expect(found.steps == steps)
    #expect(found.rest == rest)
  }

  @Test(
    "nonsense is said to be nonsense and not guessed at",
    arguments: [
      "[[demo ]]", "[[demo dance]]", "[[demo count=x]]", "[[demo count=-1]]", "[[demo count=1 rate=0]]",
      "[[demo count=1 rate=fast]]", "[[demo sleep=]]", "[[demo exit]]",
    ])
  func refuses(text: String) async throws {
    #expect(throws: DemoDirective.Malformed.self) { _ = try DemoDirective.parse(text) }
    try await DemoPlace.with { place in
      let client = DemoClient()
      let ended = try await place.turn(text, client)
      #expect(ended == .endTurn)
      #expect(client.seenSoFar.text.contains("does not understand"))
    }
  }

  @Test("counting says every number once, in order, each in its own chunk, no faster than asked")
  func counts() async throws {
    try await DemoPlace.with { place in
      let client = DemoClient()
      let start = ContinuousClock.now
      let ended = try await place.turn("[[demo count=200 rate=400]]", client)
      #expect(ended == .endTurn)
      #expect(ContinuousClock.now - start >= .milliseconds(500))
      let seen = client.seenSoFar
      #expect(seen.text == (1...200).map { "\($0) " }.joined())
      #expect(seen.updates.count == 200)
    }
  }

  @Test("a flood is as long as asked")
  func floods() async throws {
    try await DemoPlace.with { place in
      let client = DemoClient()
      let ended = try await place.turn("[[demo flood=100]]", client)
      #expect(ended == .endTurn)
      #expect(client.seenSoFar.text.utf8.count == 100 << 10)
    }
  }

  @Test("garbage on the wire does not end the turn")
  func garbage() async throws {
    try await DemoPlace.with { place in
      let client = DemoClient()
      let ended = try await place.turn("[[demo garbage]] [[demo say=after]]", client)
      #expect(ended == .endTurn)
      #expect(client.seenSoFar.text == "garbage written\nafter\n")
    }
  }

  @Test("a failing turn is an error with its reason")
  func fails() async throws {
    try await DemoPlace.with { place in
      let error = await #expect(throws: RPCError.self) {
        try await place.turn("[[demo fail=no-more-ideas]]", DemoClient())
      }
      #expect(error?.message == "no-more-ideas")
    }
  }

  @Test("without the edit nothing is asked and nothing written")
  func noEdit() async throws {
    try await DemoPlace.with { place in
      let client = DemoClient()
      let ended = try await place.turn("Look around [[demo no-edit]]", client)
      #expect(ended == .endTurn)
      let seen = client.seenSoFar
      #expect(seen.questions.isEmpty && seen.written.isEmpty)
      #expect(seen.commands.count == 1)
      #expect(seen.text.hasSuffix("Done: I changed nothing.\n"))
    }
  }
}
