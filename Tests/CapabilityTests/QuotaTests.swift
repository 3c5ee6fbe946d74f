// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// An agent whose limit of use is reached: what waits says so, and goes on by itself.
@Suite struct QuotaTests {
  /// A running installation with a project, whose demo agents share a home, and with it a limit.
  private func installation() async throws -> Installation {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    return sam
  }

  private func prompts(of session: String, on sam: Installation) async throws -> [String] {
    try await sam.entries(of: session).filter { $0["type"] as? String == "user" }.compactMap { $0["text"] as? String }
  }

  @Test func aTaskWaitsForTheEndOfTheLimitAndGoesOnOnceAlsoAfterACrash() async throws {
    let sam = try await installation()
    let prompt = "Write a note [[demo quota=6]]"
    _ = try await sam.samctl("run", prompt, "--agent", "demo", "--approve", "allow", "--detach")
    let task = try #require(try await sam.list("task", "list").first?["id"] as? String)
    let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
    let waits = try await sam.waitForTask(task, ["waiting"])
    let waiting = try #require(waits["waiting"] as? [String: Any])
    #expect(waiting["kind"] as? String == "quota" && waiting["until"] is String, "\(waiting)")
    #expect((waiting["text"] as? String)?.contains("goes on by itself at") == true, "\(waiting)")
    #expect(try await sam.samctl("session", "show", session).out.contains("a limit of use is reached"))
    #expect(try await sam.samctl("session", "show", session, "--transcript").out.contains("samctl session continue"))
    try await sam.crashAndStart()

    let watch = try await sam.samctl("session", "attach", session, "--approve", "allow", timeout: 90)
    #expect(watch.status == 0, "\(watch.all)")
    try await sam.waitForTask(task, ["completed"])
    let said = try await prompts(of: session, on: sam)
    #expect(said.count == 2 && said.first == prompt && said.last?.hasSuffix(prompt) == true, "\(said)")
    #expect(try await sam.turns(of: session).map { $0["state"] as? String } == ["failed", "finished"])
    #expect(try await sam.pushedBranches().count == 1)
    #expect(try await sam.stop() == 0)
  }

  @Test func whoSharesTheLoginWaitsWithoutAskingAndAPersonMayGoOnEarlier() async throws {
    let sam = try await installation()
    _ = try await sam.samctl("run", "One [[demo quota=3600 no-edit]]", "--agent", "demo", "--detach")
    let first = try #require(try await sam.list("session", "list").first?["id"] as? String)
    try await Shell.eventually("the first waits") {
      try await sam.list("task", "list").first?["state"] as? String == "waiting"
    }
    _ = try await sam.samctl("run", "Two [[demo no-edit]]", "--agent", "demo", "--detach")
    try await Shell.eventually("both wait") {
      try await sam.list("task", "list").allSatisfy { $0["state"] as? String == "waiting" }
    }
    let second = try #require(
      try await sam.list("session", "list").compactMap { $0["id"] as? String }.first { $0 != first })
    #expect(try await prompts(of: second, on: sam) == [], "the model is not asked")

    // The second does not meet the limit: what it shows holds for the first too, which meets it again.
    #expect(try await sam.samctl("session", "continue", second).status == 0)
    try await sam.waitForTurn(in: second, ["finished"])
    try await Shell.eventually("the first has tried again, and waits again") {
      try await sam.turns(of: first).map { $0["state"] as? String } == ["failed", "failed", "queued"]
    }
    let refused = try await sam.samctl("session", "continue", second)
    #expect(refused.status != 0 && refused.err.contains("session say"), "\(refused.all)")
    let task = try #require(try await sam.json("session", "show", first)["task"] as? String)
    #expect(try await sam.samctl("task", "cancel", task).status == 0)
    try await sam.waitForTask(task, ["cancelled"])
    #expect(try await sam.stop() == 0)
  }
}
