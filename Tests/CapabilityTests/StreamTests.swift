// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMAPI
import SAMClient
import SAMCore
import Synchronization
import Testing

/// What a viewer sees is what was said: all of it, once, in order, whatever happens to connections and daemon.
@Suite struct StreamTests {
  /// Numbers and pace; `SAM_TEST_LONG=1` takes the whole of it.
  static let isLong = ProcessInfo.processInfo.environment["SAM_TEST_LONG"] == "1"
  static let count = isLong ? 20_000 : 6_000
  static let rate = 200

  @Test func twoViewersSeeEveryNumberThoughOneReconnectsFiftyTimesAndTheDaemonRestarts() async throws {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    let prompt = "Count. [[demo count=\(Self.count) rate=\(Self.rate)]]"
    _ = try await sam.samctl("run", prompt, "--agent", "demo", "--detach")
    let task = try #require(try await sam.list("task", "list").first?["id"] as? String)
    let session = try #require(
      SessionID(rawValue: try await sam.list("session", "list").first?["id"] as? String ?? ""))
    let (endpoint, token) = (try sam.endpoint, try sam.token)
    let port = try #require(URL(string: endpoint)?.port)

    let steady = Task { try await Self.watch(session, endpoint, token, reconnects: 0) }
    let restless = Task { try await Self.watch(session, endpoint, token, reconnects: 50) }
    try await sam.waitForTask(task, ["completed"], within: Double(Self.count / Self.rate) * 3 + 60)

    // Once across a restart of the daemon: the conversation goes on where it was.
    #expect(try await sam.stop() == 0)
    try await sam.start(port: port)
    #expect(try await sam.samctl("session", "say", session.rawValue, "Go on. [[demo say=finis no-edit]]").status == 0)

    let expected = (1...Self.count).map(String.init)
    let transcript = try await sam.entries(of: session.rawValue)
    #expect(transcript.compactMap { ($0["seq"] as? NSNumber)?.intValue } == Array(1...transcript.count))
    let written = Self.numbers(
      transcript.filter { $0["type"] as? String == "agent" }.compactMap { $0["text"] as? String }.joined())
    #expect(written == expected)
    for (name, viewer) in [("steady", steady), ("restless", restless)] {
      let seen = try await viewer.value
      #expect(Self.numbers(seen.text) == expected, "\(name) viewer")
      #expect(seen.sequence == Array(1...Int64(seen.sequence.count)), "\(name) viewer")
      if name == "restless" { #expect(seen.connections > 50) }
    }
    _ = try await sam.stop()
  }

  struct Seen: Sendable {
    var text = ""
    var sequence: [Int64] = []
    var connections = 0
  }

  private struct LetGo: Error {}

  /// Follows a session until it says `finis`; lets go of the connection at random moments.
  private static func watch(
    _ session: SessionID, _ endpoint: String, _ token: String, reconnects: Int
  ) async throws -> Seen {
    try await SAMClient.withClient(endpoint: endpoint, token: token) { client in
      let state = Mutex<(seen: Seen, cursor: Cursor?, finished: Bool)>((Seen(), nil, false))
      var left = reconnects
      while !state.withLock({ $0.finished }) {
        state.withLock { $0.seen.connections += 1 }
        let letGoAfter = left > 0 ? Int.random(in: 1...8) : Int.max
        left -= 1
        do {
          var got = 0
          try await client.follow(session, from: state.withLock { $0.cursor }) { item in
            let end = state.withLock { state in
              state.cursor = item.cursor
              state.seen.sequence.append(item.entry.seq)
              if case .agent(let block) = item.entry.body { state.seen.text += block.text }
              if state.seen.text.contains("finis") { state.finished = true }
              return state.finished
            }
            got += 1
            if end || got >= letGoAfter { throw LetGo() }
          }
        } catch is LetGo {}
      }
      return state.withLock { $0.seen }
    }
  }

  private static func numbers(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init).filter { Int($0) != nil }
  }
}
