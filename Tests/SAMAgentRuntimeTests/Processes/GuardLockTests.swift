// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMAgentRuntime
import Testing

@Suite("The lock of a workspace", .timeLimit(.minutes(2)))
struct GuardLockTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  private func launch(_ script: String) -> GuardedLaunch {
    var launch = makeLaunch("sh", ["-c", script], in: folder)
    launch.lockFile = folder.file("lock")
    return launch
  }

  @Test("excludes a second run, and says so")
  func excludes() async throws {
    let first = try await GuardedProcess.launch(launch("sleep 60"))
    let error = await #expect(throws: RuntimeError.self) { try await GuardedProcess.launch(launch("true")) }
    #expect(error?.code == .workspaceLocked)
    #expect(error?.message.contains("another run") == true)
    #expect(try FileManager.default.attributesOfItem(atPath: folder.file("lock"))[.posixPermissions] as? Int == 0o600)
    first.kill()
    await first.waitUntilGone()
    let third = try await GuardedProcess.launch(launch("exit 3"))
    #expect(await third.waitUntilGone() == .code(3))
  }

  @Test("is held until the last descendant of the first run is dead")
  func held() async throws {
    // The program ends at once; its daemon ignores the request to end until the grace is over.
    var slow = launch(
      "(setsid sh -c 'trap \"\" TERM; echo $$ > daemon; while :; do sleep 0.05; done' &); while [ ! -s daemon ]; do sleep 0.01; done"
    )
    slow.grace = .seconds(60)
    let first = try await GuardedProcess.launch(slow)
    #expect(try await first.waitForExit() == .code(0))
    let daemon = try #require(Int32(folder.read("daemon").trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(isAlive(daemon))
    var second = launch("kill -0 \(daemon) 2>/dev/null && exit 1; exit 0")
    await #expect(throws: RuntimeError.self) { try await GuardedProcess.launch(second) }
    second.lockWait = .seconds(60)
    let waiting = second
    async let waited = GuardedProcess.launch(waiting)
    try await eventually("the second run waits") { !Strays.find(runIDPrefix: waiting.runID).isEmpty }
    first.kill(grace: .milliseconds(50))
    #expect(await (try waited).waitUntilGone() == .code(0), "the daemon was dead when the second run started")
    await first.waitUntilGone()
  }

  @Test("is not waited for by a run that nobody wants any more")
  func cancelled() async throws {
    let first = try await GuardedProcess.launch(launch("sleep 60"))
    var second = launch("true")
    second.lockWait = .seconds(60)
    let waiting = second
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await #expect(throws: CancellationError.self) { try await GuardedProcess.launch(waiting) }
      }
      while Strays.find(runIDPrefix: waiting.runID).isEmpty { await Task.yield() }
      group.cancelAll()
    }
    try await eventually("its guard is gone") { Strays.find(runIDPrefix: waiting.runID).isEmpty }
    first.kill()
    await first.waitUntilGone()
  }
}
