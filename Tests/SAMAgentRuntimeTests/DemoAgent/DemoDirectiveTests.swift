// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMACP
import SAMRPC
import Testing

@testable import SAMAgentRuntime

@Suite("Demo agent: directives")
struct DemoDirectiveTests {
  @Test(
    "a task says what to do",
    arguments: [
      ("Fix it", [], .whole, "Fix it"), ("", [], .whole, ""),
      ("[[demo count=3 rate=2.5]]", [.count(3, rate: 2.5)], .none, ""),
      ("[[demo count=3]]", [.count(3, rate: nil)], .none, ""),
      ("[[demo count=3 edit]]", [.count(3, rate: nil)], .whole, ""),
      ("Go [[demo sleep=0.5]] on\n[[demo say=x]] now", [.sleep(0.5), .say("x")], .whole, "Go on\nnow"),
      ("[[demo flood=2]][[demo exit=3]]", [.flood(2), .exit(3)], .none, ""),
      ("[[demo garbage fork-daemon no-edit]]", [.garbage, .forkDaemon], .withoutEdit, ""),
      ("Look [[demo no-edit]]", [], .withoutEdit, "Look"),
      ("[[demo say=KIWI]] [[demo fail=why]]", [.say("KIWI"), .fail("why")], .none, ""),
      ("[[other x]] [[demo", [], .whole, "[[other x]] [[demo"),
    ] as [(String, [DemoDirective], DemoScript.Work, String)])
  func parses(text: String, steps: [DemoDirective], work: DemoScript.Work, task: String) throws {
    let script = try DemoScript(text)
    #expect(script.steps == steps)
    #expect(script.work == work)
    #expect(script.task == task)
  }

  @Test(
    "nonsense is said to be nonsense and not guessed at",
    arguments: [
      "[[demo ]]", "[[demo dance]]", "[[demo count=x]]", "[[demo count=-1]]", "[[demo count=1 rate=0]]",
      "[[demo count=1 rate=fast]]", "[[demo sleep=]]", "[[demo exit]]", "[[demo rate=3]]", "[[demo say=x dance]]",
      "[[demo garbage=1]]",
    ])
  func refuses(text: String) async throws {
    #expect(throws: DemoScript.Malformed.self) { _ = try DemoScript(text) }
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
      let ended = try await place.turn("[[demo garbage]] [[demo say=after]] [[demo no-edit]]", client)
      #expect(ended == .endTurn)
      #expect(client.seenSoFar.text.hasPrefix("garbage written\nafter\n"))
      #expect(client.seenSoFar.text.hasSuffix("Done: I changed nothing.\n"))
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

  @Test("a word is said besides the usual work")
  func says() async throws {
    try await DemoPlace.with { place in
      let client = DemoClient()
      let ended = try await place.turn("Note [[demo say=heron]]", client)
      #expect(ended == .endTurn)
      #expect(client.seenSoFar.text.hasPrefix("heron\n"))
      #expect(place.text("NOTES.md") == "# Notes\n\n- Note\n")
    }
  }

  @Test("what is left behind lives on after the turn, in a session of its own")
  func leavesDaemon() async throws {
    try await DemoPlace.with { place in
      let client = DemoClient()
      let ended = try await place.turn("[[demo fork-daemon]]\n[[demo count=0]]", client)
      #expect(ended == .endTurn)
      let pid = try #require(pid_t(client.seenSoFar.text.split(whereSeparator: \.isWhitespace).last ?? ""))
      defer { kill(pid, SIGKILL) }
      #expect(kill(pid, 0) == 0)
      // The shell may still be about to become setsid.
      for _ in 0..<400 where getsid(pid) != pid { try await Task.sleep(for: .milliseconds(5)) }
      #expect(getsid(pid) == pid)
    }
  }
}
