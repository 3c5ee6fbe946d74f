// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMAgentRuntime
import SAMCore
import Testing

/// Work comes off a machine that is to go: what is not on the remote is a bundle in the blob store, or it is said.
@Suite("Saving", .timeLimit(.minutes(3)))
struct SaveTests {
  private actor Blobs: BlobStore {
    private(set) var contents: [BlobID: [UInt8]] = [:]
    private var refuses = false
    func refuse(_ refuses: Bool) { self.refuses = refuses }
    func put(_ content: [UInt8], id: BlobID) async throws {
      if refuses { throw StoreError(.full, "the disk is full") }
      contents[id] = content
    }
    func get(_ id: BlobID) async throws -> [UInt8]? { contents[id] }
    func remove(_ id: BlobID) async throws { contents[id] = nil }
  }

  private struct NoUplink: MachineUplink {
    func deliver(_ batch: OutboxBatch) async throws -> Int64 { throw LinkError("nobody listens") }
    func compare(_ login: LoginOffer) async throws -> LoginAnswer { throw LinkError("nobody listens") }
  }

  /// A machine with one prepared workspace.
  private struct Prepared {
    let bench: GitBench
    let blobs = Blobs()
    let machine: MachineRuntime
    let tree: String
    let order: PublishOrder

    init() async throws {
      bench = try GitBench()
      let id = WorkspaceID(trusted: "workspace_1")
      let folder = bench.folder.file("machine")
      machine = MachineRuntime(
        configuration: MachineConfiguration(
          directory: folder, guardExecutable: "/nowhere", environment: bench.environment,
          installation: InstallationID(trusted: "sam_test")),
        uplink: NoUplink(), blobs: blobs, clock: .system)
      tree = "machine/workspaces/\(id)/tree"
      let remote = bench.folder.file("remote.git")
      let reply = try await machine.request(
        .prepare(WorkspaceOrder(workspace: id, repository: remote, baseBranch: "main", branch: "sam/work")))
      guard case .prepared(let commit) = reply else { throw TimedOut(description: "\(reply)") }
      order = PublishOrder(
        workspace: id, repository: remote, baseBranch: "main", branch: "sam/work", baseCommit: commit,
        message: "Left over")
    }

    func save() async throws -> PublishedWork {
      let reply = try await machine.request(.save(order))
      guard case .published(let work) = reply else { throw TimedOut(description: "\(reply)") }
      return work
    }

    /// The texts of a bundle's commits, newest first, as a person reads it with plain git.
    func log(_ bundle: BlobID?) async throws -> [String] {
      guard let bundle, let content = try await blobs.get(bundle) else { return [] }
      let file = bench.folder.file("\(bundle).fetched")
      try Data(content).write(to: URL(fileURLWithPath: file))
      try bench.git(["fetch", "-q", file, "sam/work"], in: "seed")
      return try bench.git(["log", "--format=%s", "FETCH_HEAD"], in: "seed").split(separator: "\n").map(String.init)
    }
  }

  @Test("commits what is left and keeps it as a bundle that plain git reads; the remote gets nothing")
  func bundle() async throws {
    let prepared = try await Prepared()
    try prepared.bench.folder.write("\(prepared.tree)/a", "1\n")
    try prepared.bench.git(["add", "-A"], in: prepared.tree)
    try prepared.bench.git(["commit", "-q", "-m", "Mine"], in: prepared.tree)
    try prepared.bench.folder.write("\(prepared.tree)/b", "2\n")
    let work = try await prepared.save()
    #expect(work.isSafe && work.problem == nil)
    #expect(work.result.branch == "sam/work" && work.result.files == 2)
    #expect(work.result.commits.map(\.subject) == ["Left over", "Mine"])
    #expect(try await prepared.log(work.bundle) == ["Left over", "Mine", "First"])
    #expect(try prepared.bench.git(["ls-remote", "origin", "sam/work"], in: "seed").isEmpty)
    let left = try FileManager.default.contentsOfDirectory(atPath: prepared.bench.folder.file("machine"))
    #expect(!left.contains { $0.hasSuffix(".bundle") }, "the file on the machine is cleared away")
  }

  @Test("has nothing to do where nothing was changed, and where the remote has it already")
  func nothing() async throws {
    let prepared = try await Prepared()
    #expect(try await prepared.save() == PublishedWork(result: TaskResult()))
    try prepared.bench.folder.write("\(prepared.tree)/a", "1\n")
    guard case .published(let pushed) = try await prepared.machine.request(.publish(prepared.order)) else {
      Issue.record("it was not pushed")
      return
    }
    #expect(pushed.problem == nil)
    #expect(try await prepared.save() == PublishedWork(result: TaskResult()))
    #expect(await prepared.blobs.contents.isEmpty)
    try prepared.bench.folder.write("\(prepared.tree)/a", "2\n")
    let more = try await prepared.save()
    #expect(more.bundle != nil, "what came after the push is not on the remote")
  }

  @Test("keeps everything when the remote cannot be asked, also what may have been pushed")
  func noRemote() async throws {
    let prepared = try await Prepared()
    try prepared.bench.folder.write("\(prepared.tree)/a", "1\n")
    _ = try await prepared.machine.request(.publish(prepared.order))
    try prepared.bench.run("mv", ["remote.git", "elsewhere.git"])
    let work = try await prepared.save()
    #expect(work.isSafe)
    #expect(try await prepared.log(work.bundle) == ["Left over", "First"])
  }

  @Test("can be repeated, as after an answer that was lost")
  func again() async throws {
    let prepared = try await Prepared()
    try prepared.bench.folder.write("\(prepared.tree)/a", "1\n")
    let first = try await prepared.save()
    let second = try await prepared.save()
    #expect(first.result.head == second.result.head)
    #expect(try await prepared.log(second.bundle) == ["Left over", "First"])
  }

  @Test("is tried again when the blob store does not take it, and is not said to be safe before")
  func fullStore() async throws {
    let prepared = try await Prepared()
    try prepared.bench.folder.write("\(prepared.tree)/a", "1\n")
    await prepared.blobs.refuse(true)
    await #expect(throws: (any Error).self) { try await prepared.save() }
    await prepared.blobs.refuse(false)
    #expect(try await prepared.save().isSafe)
  }

  @Test("refuses for a workspace that is not there, and never makes an empty one in its place")
  func gone() async throws {
    let prepared = try await Prepared()
    try FileManager.default.removeItem(atPath: prepared.bench.folder.file(prepared.tree))
    guard case .refused(let reason) = try await prepared.machine.request(.save(prepared.order)) else {
      Issue.record("it was not refused")
      return
    }
    #expect(reason.contains("workspace_1"))
    #expect(!FileManager.default.fileExists(atPath: prepared.bench.folder.file(prepared.tree)))
    var unknown = prepared.order
    unknown.workspace = WorkspaceID(trusted: "workspace_2")
    guard case .refused = try await prepared.machine.request(.save(unknown)) else {
      Issue.record("it was not refused")
      return
    }
  }

  @Test("says what was left out; when nothing else is there, that is not safe")
  func leftOut() async throws {
    let prepared = try await Prepared()
    try prepared.bench.git(["init", "-q", "\(prepared.tree)/nested"])
    try prepared.bench.folder.write("\(prepared.tree)/nested/a", "1\n")
    try prepared.bench.git(["add", "-A"], in: "\(prepared.tree)/nested")
    try prepared.bench.git(["commit", "-q", "-m", "Nested"], in: "\(prepared.tree)/nested")
    let only = try await prepared.save()
    #expect(!only.isSafe, "a person looks before the machine goes")
    #expect(only.problem?.contains("nested") == true)
    try prepared.bench.folder.write("\(prepared.tree)/b", "2\n")
    let both = try await prepared.save()
    #expect(both.isSafe && both.problem?.contains("nested") == true)
  }
}
