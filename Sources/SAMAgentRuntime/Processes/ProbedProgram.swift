// SPDX-License-Identifier: Apache-2.0
internal import CSAMShims
internal import Foundation
public import SAMRPC

/// A program under a guard whose ways are looked at: how it ended, and what it has left running.
///
/// A guard ends what a program leaves behind as soon as the program has ended. Here a shell stands between the two, which
/// notes how the program ended and lives on, so that there is time to look.
public final class ProbedProgram: Sendable {
  /// The program's standard input and output.
  public let transport: PipeTransport
  private let process: GuardedProcess
  private let note: String

  /// Runs the program, notes how it ended, and stays without holding on to its streams.
  private static let script = """
    note=$1; shift; "$@"; code=$?; echo $code >"$note.part"; mv "$note.part" "$note"
    exec sleep 86400 </dev/null >/dev/null 2>&1
    """

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - launch: The program and its surroundings.
  ///   - note: A file that does not exist, for the note on how the program ended.
  /// - Throws: What ``GuardedProcess/launch(_:)`` throws.
  public init(_ launch: GuardedLaunch, note: String) async throws {
    var shell = launch
    let program = try ProgramSearch.resolve(
      launch.program, path: launch.environment["PATH"] ?? "", directory: launch.workingDirectory)
    shell.program = "/bin/sh"
    shell.arguments = ["-c", Self.script, "sh", note, program] + launch.arguments
    self.note = note
    process = try await GuardedProcess.launch(shell)
    transport = try AgentProcess.transport(process)
  }

  /// The last 64 KiB of what it wrote to standard error.
  public var standardErrorTail: String { process.standardErrorTail }

  /// Waits until the program itself has ended.
  ///
  /// - Throws: `CancellationError`.
  public func waitForExit() async throws -> ProcessExit {
    while true {
      if let data = FileManager.default.contents(atPath: note) {
        let text = String(decoding: data, as: UTF8.self).filter(\.isNumber)
        guard let code = Int32(text) else { return .unseen }
        return code > 128 ? .signal(code - 128) : .code(code)
      }
      if let exit = process.exit { return exit }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// The command lines of what the program has started and what still runs, the program itself not among them.
  public func leftBehind() -> [String] {
    let tree = ProcessTree.now()
    // The guard adopts what has lost its parent; the shell's own child is the program or, later, nothing.
    return tree.descendants(of: process.guardPID)
      .filter { $0.pid != process.programPID && $0.parent != process.programPID }
      .map { "\($0.pid) \($0.command)" }
  }

  /// Ends everything at once; returns when nothing is left.
  public func kill() async {
    process.kill(grace: .zero)
    await process.waitUntilGone()
    transport.close()
    // A note that is not there was not written.
    try? FileManager.default.removeItem(atPath: note)
  }
}

/// Who is whose child, at one moment.
struct ProcessTree {
  struct Entry {
    var pid: Int32
    var parent: Int32
    var command: String
  }

  private var entries: [Entry] = []

  /// Reads `/proc`. Processes that end meanwhile, and such that have ended and wait for their parent, are left out.
  static func now() -> ProcessTree {
    var tree = ProcessTree()
    // Without /proc there is nothing to see; SAM runs on Linux only.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    for pid in names.compactMap({ Int32($0) }) {
      guard let stat = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { continue }
      // The name in parentheses may hold anything; state and parent follow the last one.
      let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
      guard fields.count > 1, fields[0] != "Z", let parent = Int32(fields[1]) else { continue }
      let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
      let command = String(decoding: line.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
      tree.entries.append(Entry(pid: pid, parent: parent, command: command))
    }
    return tree
  }

  /// All that descends from a process, the process itself not among them.
  func descendants(of root: Int32) -> [Entry] {
    var found: [Entry] = []
    var parents: Set<Int32> = [root]
    while !parents.isEmpty {
      let children = entries.filter { parents.contains($0.parent) }
      found += children
      parents = Set(children.map(\.pid))
    }
    return found
  }
}
