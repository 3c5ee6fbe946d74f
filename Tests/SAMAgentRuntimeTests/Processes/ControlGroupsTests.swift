// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMCore
import Testing

@testable import SAMAgentRuntime

/// What is written into the kernel's control groups, on a folder that stands for them.
@Suite("Control groups", .timeLimit(.minutes(1)))
struct ControlGroupsTests {
  private let folder: ScratchFolder
  private let groups: ControlGroups
  private let installation = InstallationID(trusted: "test_" + UUID().uuidString)

  init() throws {
    folder = try ScratchFolder()
    groups = ControlGroups(base: folder.path, installation: installation)
    try folder.write("cgroup.controllers", "cpuset cpu io memory pids\n")
    try folder.write("cgroup.subtree_control", "cpu\n")
    try folder.write("cgroup.procs", "")
  }

  @Test func limitsAreWrittenWhereTheKernelReadsThem() throws {
    let group = groups.make("run-1", limits: ProcessLimits(memory: 4 << 30, cpus: 1.5, processes: 512))
    #expect(group.path == folder.file("sam-\(installation)/run-1"))
    #expect(group.lacks == nil)
    func text(_ name: String) throws -> String { try folder.read("sam-\(installation)/\(name)") }
    #expect(try folder.read("cgroup.subtree_control") == "+memory +pids", "cpu was handed on already")
    #expect(try text("cgroup.subtree_control") == "+cpu +memory +pids")
    #expect(try text("run-1/memory.max") == "4294967296")
    #expect(try text("run-1/memory.oom.group") == "1")
    #expect(try text("run-1/cpu.max") == "150000 100000")
    #expect(try text("run-1/pids.max") == "512")
  }

  @Test func withoutLimitsNothingIsWritten() throws {
    let group = groups.make("run-1", limits: nil)
    let path = try #require(group.path)
    #expect(group.lacks == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
    #expect(try folder.read("cgroup.subtree_control") == "cpu\n")
    #expect(group.remove())
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func whatTheKernelHasNoControllerForIsSaidAndTheRestIsEnforced() throws {
    try folder.write("cgroup.controllers", "memory\n")
    let group = groups.make("run-1", limits: ProcessLimits(memory: 1 << 30, processes: 512))
    let lacks = try #require(group.lacks)
    #expect(lacks.contains("memory 1 GiB, 512 processes") && lacks.contains("no controller for pids"), "\(lacks)")
    #expect(lacks.contains("Delegate=yes"), "\(lacks)")
    #expect(try folder.read("sam-\(installation)/run-1/memory.max") == "1073741824")
    #expect(!FileManager.default.fileExists(atPath: folder.file("sam-\(installation)/run-1/pids.max")))
  }

  @Test func aGroupThatMayNotBeChangedIsSaidToo() throws {
    let nowhere = ControlGroups(base: folder.file("nowhere"), installation: installation)
    let group = nowhere.make("run-1", limits: ProcessLimits(memory: 1 << 30))
    #expect(group.path == nil && group.lacks?.contains("memory") == true, "\(group)")
    #expect(nowhere.make("run-1", limits: nil).lacks == nil, "who asked for nothing hears nothing")
  }

  @Test(
    arguments: [
      ("/", "0::/system.slice/samd.service", "system.slice/samd.service"),
      ("/", "0::/system.slice/samd.service/samd", "system.slice/samd.service"),
      ("/docker/abc", "0::/docker/abc/inner", "inner"), ("/", "0::/", ""),
    ])
  func ourOwnGroupIsFound(_ root: String, _ membership: String, _ path: String) throws {
    let place = path.isEmpty ? folder.path : folder.file(path)
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    #expect(FileManager.default.createFile(atPath: place + "/cgroup.procs", contents: nil))
    let mounts = try folder.write(
      "mountinfo",
      "22 1 0:20 / /proc rw shared:5 - proc proc rw\n36 32 0:30 \(root) \(folder.path) rw shared:9 - cgroup2 none rw\n")
    let own = try folder.write("membership", "5:memory:/elsewhere\n\(membership)\n")
    #expect(ControlGroups(installation: installation, mounts: mounts, membership: own)?.base == place)
    #expect(ControlGroups(installation: installation, mounts: own, membership: own) == nil, "no cgroup v2")
  }

  @Test func whoeverUsedTooMuchMemoryIsToldSoAndWhatToDo() async throws {
    let group = groups.make("run-1", limits: ProcessLimits(memory: 4 << 30))
    try folder.write("sam-\(installation)/run-1/agent/cgroup.procs", "")
    try folder.write(
      "sam-\(installation)/run-1/memory.events", "low 0\nhigh 0\nmax 9\noom 1\noom_kill 2\noom_group_kill 1\n")
    var launch = makeLaunch("sh", ["-c", "kill -9 $$"], in: folder)
    launch.group = group.part("agent")
    let process = try await GuardedProcess.launch(launch)
    let exit = await process.waitUntilGone()
    #expect(exit == .signal(9))
    #expect(try folder.read("sam-\(installation)/run-1/agent/cgroup.procs") == "0", "it went in before it ran")
    let agent = AgentLaunch(command: "vibe", limits: ProcessLimits(memory: 4 << 30))
    let words = await AgentProcess.explain(exit, process, agent)
    #expect(words.contains("used more than 4 GiB") && words.contains("--limit-memory"), "\(words)")
  }

  @Test func whoeverWasKilledOtherwiseIsNotToldOfMemory() async throws {
    let group = groups.make("run-1", limits: ProcessLimits(memory: 4 << 30))
    try folder.write("sam-\(installation)/run-1/agent/cgroup.procs", "")
    try folder.write("sam-\(installation)/run-1/memory.events", "low 0\nhigh 0\nmax 9\noom 1\noom_kill 0\n")
    var launch = makeLaunch("sh", ["-c", "kill -9 $$"], in: folder)
    launch.group = group.part("agent")
    let process = try await GuardedProcess.launch(launch)
    let exit = await process.waitUntilGone()
    let words = await AgentProcess.explain(exit, process, AgentLaunch(command: "vibe"))
    #expect(words.contains("killed by signal 9"), "\(words)")
  }
}
