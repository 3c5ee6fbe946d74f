// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import SAMAPI
import SAMCore
import SAMRPC
import SAMStorage
import SAMWebSocket
import Testing

@testable import SAMServer

@Suite(.timeLimit(.minutes(3))) struct StreamTests {
  @Test("A hundred viewers all see everything, in order")
  func viewers() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let session = try #require(try await server.task("wait").session)
      let turn = try await server.working(session)
      try await withThrowingTaskGroup(of: [EntryItem].self) { group in
        for _ in 0..<100 {
          group.addTask {
            try await server.follow(session) { $0.items.contains { $0.entry.said == "last" } }.items
          }
        }
        for number in 0..<20 { server.machine.say((0..<10).map { "\(number).\($0)" }, in: turn) }
        server.machine.say(["last"], in: turn)
        var seen: Set<[EntryItem]> = []
        for try await items in group { seen.insert(items) }
        #expect(seen.count == 1)
        #expect(seen.first?.map(\.entry.seq) == Array(1...Int64(seen.first?.count ?? 0)))
        #expect((seen.first?.count ?? 0) > 200)
      }
    }
  }

  @Test("A viewer who does not read holds up nobody, and misses nothing when it reads again")
  func slowViewer() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let session = try #require(try await server.task("wait").session)
      let turn = try await server.working(session)
      let text = String(repeating: "x", count: 8000)
      let count = 2000
      let isLast: @Sendable ([StreamFrame]) -> Bool = {
        $0.last.map { [$0].items.contains { $0.entry.said == "last" } } ?? false
      }
      try await within(.seconds(90)) {
        try await WebSocketClient.withConnection(
          url: server.streamURL(session), headers: server.authorized
        ) { slow in
          for batch in 0..<(count / 50) { server.machine.say((0..<50).map { "\(batch).\($0) \(text)" }, in: turn) }
          server.machine.say(["last"], in: turn)
          let fast = try await server.follow(session, until: isLast)
          #expect(fast.items.count > count)
          var frames: [StreamFrame] = []
          for await message in slow.messages {
            frames.append(try message.frame())
            if isLast(frames) { break }
          }
          #expect(frames.items == fast.items)
        }
      }
    }
  }

  @Test("A cursor beyond the transcript's end is reset, and the transcript is sent again from the start")
  func reset() async throws {
    try await TestServer.run { server in
      try await server.setUp()
      let session = try #require(try await server.task("one").session)
      let all = try await server.follow(session) { $0.hasEnd }.items
      let beyond = Cursor(session: session, seq: 1_000_000).description
      let frames = try await server.follow(session, cursor: beyond) { $0.hasEnd }
      guard case .reset(let cursor, let reason)? = frames.first else {
        Issue.record("the first frame is \(String(describing: frames.first))")
        return
      }
      #expect(cursor.seq == 0)
      #expect(reason.contains("shorter"))
      #expect(frames.items == all)
    }
  }

  @Test("A shutdown ends open streams with 1001, in time")
  func shutdown() async throws {
    let spent = try await TestServer.run { server in
      try await server.setUp()
      let session = try #require(try await server.task("wait").session)
      try await within(.seconds(30)) {
        try await withThrowingTaskGroup(of: WebSocketClosure?.self) { group in
          let (opened, continuation) = AsyncStream.makeStream(of: Void.self)
          for _ in 0..<5 {
            group.addTask {
              try await WebSocketClient.withConnection(
                url: server.streamURL(session), headers: server.authorized
              ) { connection in
                for await message in connection.messages where try message.frame() == .live { continuation.yield() }
                return connection.closure
              }
            }
          }
          var count = 0
          for await _ in opened {
            count += 1
            if count == 5 { break }
          }
          await server.shutDown()
          for try await closure in group { #expect(closure?.code == .goingAway) }
        }
      }
    }
    #expect(spent < .seconds(8))
  }

  @Test("A stream lasts as long as its token: revoked, it ends with a problem and 1008")
  func revoked() async throws {
    let configuration = ServerConfiguration(tokenCheckInterval: .milliseconds(50))
    try await TestServer.run(configuration: configuration) { server in
      try await server.setUp()
      let session = try #require(try await server.task("wait").session)
      let turn = try await server.working(session)
      let made = try await server.tokens.create(name: "lost phone")
      try await within(.seconds(20)) {
        try await WebSocketClient.withConnection(
          url: server.streamURL(session), headers: [.authorization: "Bearer \(made.token)"]
        ) { connection in
          var last: StreamFrame?
          var isRevoked = false
          for await message in connection.messages {
            last = try message.frame()
            if last == .live {
              // Several checks later the stream of a good token is still there.
              try await Task.sleep(for: .milliseconds(300))
              server.machine.say(["still here"], in: turn)
            }
            if case .entries(let items)? = last, items.contains(where: { $0.entry.said == "still here" }) {
              #expect(try await server.tokens.revoke(made.id))
              isRevoked = true
            }
          }
          guard case .error(let problem)? = last else {
            Issue.record("the last frame is \(String(describing: last))")
            return
          }
          #expect(isRevoked)
          #expect(problem.code == .unauthenticated)
          #expect(connection.closure?.code == .policyViolation)
        }
      }
    }
  }

  @Test("A request that does not end is cut off by a shutdown after its time")
  func stubborn() async throws {
    let configuration = ServerConfiguration(shutdownTimeout: .seconds(1))
    let spent = try await TestServer.run(configuration: configuration) { server in
      _ = try await server.call("PUT", "/api/v1/agents/slow", ["command": "hang"])
      let answer = try await RawHTTP.hold(
        port: server.port,
        "POST /api/v1/agents/slow/check HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(server.token)\r\n"
          + "Idempotency-Key: k\r\nContent-Length: 0\r\n\r\n"
      ) {
        while server.machine.requests.isEmpty { await Task.yield() }
        await server.shutDown()
      }
      #expect(!answer.hasPrefix("HTTP/1.1 200"))
    }
    #expect(spent < .seconds(8))
  }

  @Test("What is kept for viewers goes with the last of them, and is the same text for all")
  func cache() throws {
    let session = SessionID(trusted: "session_1")
    let entries = (1...300).map { seq in
      Entry(
        session: session, seq: Int64(seq), epoch: 1, turn: nil, at: Timestamp(milliseconds: 0),
        body: .agent(TextBlock("text \(seq) \"quoted\"")), raw: ["x": 1])
    }
    let live = LiveFrames()
    let frames = live.join(session)
    #expect(live.join(session) === frames)
    for range in [0..<300, 0..<20, 280..<300, 100..<101] {
      let part = Array(entries[range])
      let text = try frames.frame(of: part, raw: false)
      let items = part.map { EntryItem(cursor: EntryView($0).cursor, entry: EntryView($0)) }
      #expect(text == (try StreamFrame.entries(items).text()))
      #expect(try frames.frame(of: part, raw: true).contains(#""raw":{"x":1}"#))
    }
    live.leave(session)
    #expect(live.count == 1)
    live.leave(session)
    #expect(live.count == 0)
  }
}
