// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMAgentRuntime
import Testing

@Suite("When the runtime is killed", .timeLimit(.minutes(2)))
struct DeathOfTheRuntimeTests {
  let folder: ScratchFolder
  static let helperIsThere = FileManager.default.isExecutableFile(atPath: GuardProgram.helper)

  init() throws {
    folder = try ScratchFolder()
  }

  @Test(
    "with SIGKILL, nothing of its agents is left",
    .enabled(if: helperIsThere, "skipped: the guard-helper program is not built in this package"))
  func killed() async throws {
    let runID = "test_" + UUID().uuidString
    let script = "(setsid sh -c 'trap \"\" TERM; while :; do sleep 0.05; done' &) ; sleep 60"
    let runtime = Process()
    runtime.executableURL = URL(fileURLWithPath: GuardProgram.helper)
    runtime.arguments = ["launch", folder.file("lock"), "/bin/sh", "-c", script]
    runtime.environment = ["PATH": "/usr/bin:/bin", "SAM_RUN_ID": runID]
    runtime.standardOutput = FileHandle.nullDevice
    try runtime.run()
    // The runtime itself, its guard, the shell, the daemon and their sleeps.
    try await eventually("all run") { Strays.find(runIDPrefix: runID).count >= 5 }
    kill(runtime.processIdentifier, SIGKILL)
    runtime.waitUntilExit()
    try await eventually("all are gone") { Strays.find(runIDPrefix: runID).isEmpty }
    var next = makeLaunch("true", in: folder)
    next.lockFile = folder.file("lock")
    next.lockWait = .seconds(5)
    #expect(await (try GuardedProcess.launch(next)).waitUntilGone() == .code(0), "the lock is free")
  }

  @Test("or the guard is, what is left is found by its run id")
  func guardKilled() async throws {
    let script = "(setsid sh -c 'trap \"\" TERM HUP; while :; do sleep 0.05; done' &) ; sleep 60"
    let process = try await GuardedProcess.launch(makeLaunch("sh", ["-c", script], in: folder))
    let runID = process.launch.runID
    try await eventually("all run") { Strays.find(runIDPrefix: runID).count >= 4 }
    kill(process.guardPID, SIGKILL)
    #expect(await process.waitUntilGone() == .unseen)
    #expect(Strays.find(runIDPrefix: runID) == [])
  }

  @Test("strays of this installation are found and killed at the next start, and no others")
  func strays() async throws {
    func stray(_ runID: String) throws -> Process {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "sleep 60 & sleep 61"]
      process.environment = ["PATH": "/usr/bin:/bin", "SAM_RUN_ID": runID]
      try process.run()
      return process
    }
    let installation = "inst_" + UUID().uuidString
    let mine = try stray(installation + ".run_1")
    let other = try stray("other_" + installation)
    try await eventually("mine run") { Strays.find(runIDPrefix: installation).count == 3 }
    #expect(Strays.find(runIDPrefix: installation).contains { $0.command.contains("sleep 60") })
    let outcome = try await Strays.kill(runIDPrefix: installation)
    #expect(outcome.ended == 3 && outcome.left == [])
    mine.waitUntilExit()
    #expect(Strays.find(runIDPrefix: installation) == [])
    #expect(other.isRunning)
    #expect(Strays.find(runIDPrefix: "") == [], "no prefix means nothing, not everything")
    #expect(try await Strays.kill(runIDPrefix: "").ended == 0)
    #expect(try await Strays.kill(runIDPrefix: "other_" + installation).left == [])
    other.waitUntilExit()
  }
}
