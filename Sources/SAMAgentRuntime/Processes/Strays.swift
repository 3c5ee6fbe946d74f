// SPDX-License-Identifier: Apache-2.0
internal import CSAMShims
internal import Foundation

/// Processes of this installation that nobody watches any more, found by the run id in their environment.
///
/// The guard makes them rare: it takes a SIGKILL of the guard itself, of everything at once, or a crash of the machine's
/// supervisor. A process that empties its own environment is not found.
public enum Strays {
  /// A process that carries a run id.
  public struct Stray: Sendable, Hashable {
    /// Its process id.
    public let pid: Int32
    /// The run that it belongs to.
    public let runID: String
    /// Its command line.
    public let command: String
  }

  /// What came of an attempt to end them.
  public struct Outcome: Sendable, Hashable {
    /// How many were ended.
    public let ended: Int
    /// Those that are still there; empty when all is well.
    public let left: [Stray]
  }

  /// The processes, guards included, whose run id starts with `runIDPrefix`. An empty prefix finds nothing.
  public static func find(runIDPrefix: String) -> [Stray] {
    runIDPrefix.isEmpty ? [] : find { $0.hasPrefix(runIDPrefix) }
  }

  /// Kills them, and those that they start meanwhile, until there are none.
  ///
  /// - Parameter timeout: How long to try.
  /// - Throws: `CancellationError`.
  public static func kill(runIDPrefix: String, timeout: Duration = .seconds(10)) async throws -> Outcome {
    guard !runIDPrefix.isEmpty else { return Outcome(ended: 0, left: []) }
    let deadline = ContinuousClock.now + timeout
    var seen: Set<Int32> = []
    while true {
      let found = killOnce { $0.hasPrefix(runIDPrefix) }
      if found.isEmpty || ContinuousClock.now >= deadline {
        return Outcome(ended: seen.subtracting(found.map(\.pid)).count, left: found)
      }
      seen.formUnion(found.map(\.pid))
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// The same for code that may block: at most `attempts` rounds of 5 ms.
  @discardableResult
  static func killUntilNone(attempts: Int, _ matches: (String) -> Bool) -> [Stray] {
    var found: [Stray] = []
    for _ in 0..<attempts {
      found = killOnce(matches)
      if found.isEmpty { break }
      usleep(5000)
    }
    return found
  }

  private static func killOnce(_ matches: (String) -> Bool) -> [Stray] {
    let found = find(matches)
    for stray in found {
      // The descriptor pins the process: when it still carries the run id now, it is the one that the signal reaches.
      let descriptor = sam_pidfd_open(stray.pid)
      guard descriptor >= 0 else { continue }
      if runID(of: stray.pid) == stray.runID { _ = sam_pidfd_kill(descriptor, SIGKILL) }
      close(descriptor)
    }
    return found
  }

  private static func find(_ matches: (String) -> Bool) -> [Stray] {
    var strays: [Stray] = []
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let pid = Int32(name), pid != getpid(), let id = runID(of: pid), matches(id) else { continue }
      let command = KernelFile.content("/proc/\(pid)/cmdline").map { $0 == 0 ? UInt8(ascii: " ") : $0 }
      strays.append(Stray(pid: pid, runID: id, command: String(decoding: command, as: UTF8.self)))
    }
    return strays
  }

  private static let marker = Array("\(GuardedLaunch.runIDVariable)=".utf8)

  private static func runID(of pid: Int32) -> String? {
    for variable in KernelFile.content("/proc/\(pid)/environ").split(separator: 0) where variable.starts(with: marker) {
      return String(decoding: variable.dropFirst(marker.count), as: UTF8.self)
    }
    return nil
  }
}
