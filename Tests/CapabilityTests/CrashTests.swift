// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

extension VibeTests {
  /// `kill -9` of the daemon at each failpoint of a turn, and what docs/failpoints.md states for it.
  @Suite(.serialized) struct CrashTests {
    struct Case: Sendable, CustomTestStringConvertible {
      var failpoint: String
      var turn: String
      var asked: Int
      var finishes: Bool { turn == "finished" }
      var testDescription: String { failpoint }
    }

    static let cases = [
      Case(failpoint: "before-received", turn: "finished", asked: 1),
      Case(failpoint: "after-received", turn: "finished", asked: 1),
      Case(failpoint: "before-handing", turn: "finished", asked: 1),
      Case(failpoint: "after-handing", turn: "ambiguous", asked: 0),
      Case(failpoint: "first-chunk", turn: "interrupted", asked: 1),
      Case(failpoint: "approval-pending", turn: "interrupted", asked: 1),
      Case(failpoint: "turn-end", turn: "interrupted", asked: 1),
      Case(failpoint: "before-push", turn: "finished", asked: 1),
      Case(failpoint: "after-push", turn: "finished", asked: 1),
    ]

    @Test(arguments: cases) func theStatedOutcomeHoldsAfterAKillAtTheFailpoint(_ expected: Case) async throws {
      let (sam, model) = try await RealAgent.vibe.ready(
        daemon: ["SAM_FAILPOINT": expected.failpoint],
        mode: expected.failpoint == "approval-pending" ? "ask" : "auto-approve")
      _ = try await sam.samctl("run", "Change the greeting. [[scenario edit]]", "--agent", "vibe", "--detach")
      try await sam.waitForEnd(within: 150)

      try await sam.start()
      let task = try #require(try await sam.list("task", "list").first?["id"] as? String)
      let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
      try await sam.waitForTurn(in: session, [expected.turn], within: 150)
      try await sam.waitForTask(task, expected.finishes ? ["completed"] : ["waiting"], within: 120)
      #expect(try model.timesAsked("scenario edit") == expected.asked)
      if expected.failpoint == "approval-pending" {
        let approvals = try await sam.list("approval", "list", "--all")
        #expect(approvals.allSatisfy { $0["state"] as? String == "void" }, "\(approvals)")
      }

      // A follow-up prompt works, and every message of the user is in the transcript once.
      let said = try await sam.samctl("session", "say", session, "And now? [[scenario chat]]", timeout: 150)
      #expect(said.status == 0, "\(said.all)\n\(sam.log.suffix(3000))")
      try await sam.waitForTask(task, ["completed"], within: 120)
      #expect(try model.timesAsked("scenario chat") == 1)
      let entries = try await sam.entries(of: session)
      let users = entries.filter { $0["type"] as? String == "user" }.compactMap { $0["text"] as? String }
      #expect(users == ["Change the greeting. [[scenario edit]]", "And now? [[scenario chat]]"])
      #expect(entries.compactMap { ($0["seq"] as? NSNumber)?.intValue } == Array(1...entries.count))
      if expected.finishes {
        let branch = try #require(try await sam.pushedBranches().first)
        #expect(try await sam.content(of: "hello.py", on: branch).contains("bonjour"))
        #expect(try await sam.git("-C", sam.remote.path, "rev-list", "--count", "main..\(branch)") == "1\n")
      }
      _ = try await sam.stop()
      #expect(try sam.strays().isEmpty)
    }
  }
}
