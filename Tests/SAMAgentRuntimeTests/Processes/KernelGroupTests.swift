// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMCore
import Testing

@testable import SAMAgentRuntime

/// Those that this process may make; nil = none.
private let kernelGroups = ControlGroups(installation: InstallationID(trusted: "test_" + UUID().uuidString))

/// The kernel's own control groups: nobody who is in one outlives it.
@Suite(
  "The kernel's control groups",
  .enabled(if: kernelGroups != nil, "no control group of version 2 may be made here"),
  .timeLimit(.minutes(1)))
struct KernelGroupTests {
  private let folder: ScratchFolder
  private let groups: ControlGroups

  init() throws {
    folder = try ScratchFolder()
    groups = try #require(kernelGroups)
  }

  /// A program that leaves a daemon behind which has left its session and emptied its environment; its process id is in the
  /// file `daemon`.
  private func leaveDaemon(in group: RunGroup) async throws -> (process: GuardedProcess, daemon: Int32) {
    let script =
      "setsid env -i /bin/sh -c 'echo $$ > daemon.new; mv daemon.new daemon; exec /bin/sleep 600' & read forever"
    var launch = makeLaunch("/bin/sh", ["-c", script], in: folder)
    launch.group = group.part("agent")
    let process = try await GuardedProcess.launch(launch)
    try await eventually("the daemon runs") { FileManager.default.fileExists(atPath: folder.file("daemon")) }
    let daemon = try #require(Int32(try folder.read("daemon").trimmingCharacters(in: .whitespacesAndNewlines)))
    return (process, daemon)
  }

  private func members(of path: String) throws -> [String] {
    try String(contentsOfFile: path + "/cgroup.procs", encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test func whatAProgramStartsIsInItsGroupAndTheGuardIsNot() async throws {
    let group = groups.make("inside", limits: nil)
    let (process, daemon) = try await leaveDaemon(in: group)
    let members = try members(of: try #require(group.part("agent")))
    #expect(members.contains("\(process.programPID)") && members.contains("\(daemon)"), "\(members)")
    #expect(!members.contains("\(process.guardPID)"))
    process.kill(grace: .zero)
    await process.waitUntilGone()
    #expect(!isAlive(daemon))
    #expect(!FileManager.default.fileExists(atPath: try #require(group.path)), "its guard removed it")
  }

  @Test func aDaemonThatNothingElseFindsEndsWithAGuardThatIsKilled() async throws {
    let group = groups.make("killed", limits: nil)
    let (process, daemon) = try await leaveDaemon(in: group)
    kill(process.guardPID, SIGKILL)
    await process.waitUntilGone()
    try await eventually("the daemon is gone") { !isAlive(daemon) }
    #expect(group.remove())
  }

  @Test func whatAnEarlierRunLeftIsEndedAtTheNextStart() async throws {
    let other = ControlGroups(base: groups.base, installation: InstallationID(trusted: "test_" + UUID().uuidString))
    let group = other.make("left", limits: nil)
    let part = try #require(group.part("agent"))
    try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: false)
    let stray = try Process.run(
      URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", "echo 0 > \(part)/cgroup.procs; exec sleep 600"])
    try await eventually("it is in the group") { try members(of: part) == ["\(stray.processIdentifier)"] }
    #expect(other.removeLeft() == [])
    #expect(!FileManager.default.fileExists(atPath: part))
    stray.waitUntilExit()
    #expect(stray.terminationReason == .uncaughtSignal && stray.terminationStatus == SIGKILL)
  }

  @Test func limitsAreEnforcedOrItIsSaidThatTheyAreNot() throws {
    let limits = ProcessLimits(processes: 8)
    let group = groups.make("limited", limits: limits)
    defer { group.remove() }
    let offered = try String(contentsOfFile: groups.base + "/cgroup.controllers", encoding: .utf8)
    if group.lacks == nil {
      let path = try #require(group.path)
      let most = try String(contentsOfFile: path + "/pids.max", encoding: .utf8)
      #expect(most == "8\n")
    } else {
      #expect(!offered.split(separator: " ").contains("pids") || group.path == nil, "\(group)")
    }
  }
}
