// SPDX-License-Identifier: Apache-2.0
internal import CSAMShims
internal import Foundation
internal import Synchronization

/// A program under a guard: when it ends, or is killed, or this process dies in any way, nothing of it is left.
///
/// Use `withProcess` where the process belongs to a scope. When the last reference goes, the process tree is ended too.
public final class GuardedProcess: Sendable {
  private let supervision: GuardSupervision
  private let standardStreams: Mutex<StandardStreams>

  /// The guard's process id.
  public var guardPID: Int32 { supervision.guardPID }

  /// The program's process id.
  public let programPID: Int32

  /// What was launched.
  public let launch: GuardedLaunch

  private init(_ launch: GuardedLaunch, _ supervision: GuardSupervision, _ ours: consuming StandardStreams, pid: Int32)
  {
    self.launch = launch
    self.supervision = supervision
    self.standardStreams = Mutex(ours)
    self.programPID = pid
  }

  deinit {
    supervision.requestEnd(grace: nil)
  }

  /// Starts a program and waits until it runs.
  ///
  /// - Throws: `RuntimeError` with `.programNotInstalled`, `.programNotExecutable`, `.badWorkingDirectory`,
  ///   `.workspaceLocked`, `.lockUnusable`, `.guardUnusable` or `.systemRefused`; `CancellationError`.
  public static func launch(_ launch: GuardedLaunch) async throws -> GuardedProcess {
    var launch = launch
    try checkDirectory(launch.workingDirectory)
    launch.program = try ProgramSearch.resolve(
      launch.program, path: launch.environment["PATH"] ?? "", directory: launch.workingDirectory)
    var streams = try StandardStreams.make(launch.streams)
    let supervision = try GuardSupervision.start(launch, streams: &streams)
    do {
      switch try await supervision.start.value() {
      case .success(let pid):
        return GuardedProcess(launch, supervision, streams, pid: pid)
      case .failure(let error): throw error
      }
    } catch {
      // Also when the caller lost interest while the guard was starting: a failed launch leaves nothing.
      supervision.requestEnd(grace: .zero)
      _ = await supervision.gone.valueRegardless()
      throw error
    }
  }

  /// Runs `body` with a process; when it returns, throws or is cancelled, nothing of the process is left.
  ///
  /// - Parameters:
  ///   - launch: What to start.
  ///   - body: Uses the process.
  /// - Throws: What `launch(_:)` and `body` throw.
  public static func withProcess<Result: Sendable>(
    _ launch: GuardedLaunch, _ body: (GuardedProcess) async throws -> Result
  ) async throws -> Result {
    let process = try await Self.launch(launch)
    do {
      let result = try await body(process)
      process.kill()
      await process.waitUntilGone()
      return result
    } catch {
      process.kill()
      await process.waitUntilGone()
      throw error
    }
  }

  // MARK: Streams

  /// The descriptor to write to, once: from then on it is the caller's to close. Nil when there is none.
  ///
  /// With a terminal, this is the terminal, for both directions.
  public func takeStandardInput() -> Int32? {
    standardStreams.withLock { $0.takeInput() }
  }

  /// The descriptor to read from, once: from then on it is the caller's to close. Nil when there is none.
  public func takeStandardOutput() -> Int32? {
    standardStreams.withLock { $0.takeOutput() }
  }

  /// The last 64 KiB of what it wrote to standard error.
  public var standardErrorTail: String {
    supervision.standardError.withLock { $0.text(ended: true) }
  }

  /// Waits until nobody can write to standard error any more, so that `standardErrorTail` has the last words too.
  ///
  /// - Throws: `CancellationError`.
  func waitForStandardError() async throws {
    try await supervision.standardErrorEnd.value()
  }

  /// Tells the terminal's programs that its window changed.
  ///
  /// - Throws: `RuntimeError` when this process has no terminal any more.
  public static func resize(terminal descriptor: Int32, columns: UInt16, rows: UInt16) throws {
    let result = sam_pty_resize(descriptor, columns, rows)
    if result < 0 { throw RuntimeError.system("The terminal cannot be resized", errno: -result) }
  }

  // MARK: The end

  /// Every report of the guard; for one consumer. It ends when nothing is left.
  public var events: AsyncStream<GuardEvent> { supervision.events }

  /// Ends the whole tree: a request, a grace, then force. Returns at once and may be called again with a shorter grace.
  ///
  /// - Parameter grace: Nil: that of the launch.
  public func kill(grace: Duration? = nil) {
    supervision.requestEnd(grace: grace)
  }

  /// How the program itself ended, once that is known; its descendants may still be ending.
  public var exit: ProcessExit? { supervision.exit.current }

  /// Whether the kernel ended something in its control group because that had used up its memory. Known when ``exit`` is.
  var ranOutOfMemory: Bool { supervision.ranOutOfMemory }

  /// Waits until the program itself has ended.
  ///
  /// - Throws: `CancellationError`.
  public func waitForExit() async throws -> ProcessExit {
    try await supervision.exit.value()
  }

  /// Waits until nothing of the program is left and its lock is free. Cancelling the waiting task changes nothing: who
  /// cleans up must be able to wait.
  @discardableResult
  public func waitUntilGone() async -> ProcessExit {
    await supervision.gone.valueRegardless()
  }

  /// Calls `body` when nothing of the program is left.
  func onGone(_ body: @escaping @Sendable (ProcessExit) -> Void) {
    supervision.gone.onKept(body)
  }

  private static func checkDirectory(_ path: String) throws {
    var info = stat()
    guard path.hasPrefix("/"), stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR, access(path, X_OK) == 0
    else {
      let reason = path.hasPrefix("/") ? "is missing, or is no folder that may be entered" : "is not an absolute path"
      throw RuntimeError(
        .badWorkingDirectory,
        "The working directory “\(path)” \(reason). Make the workspace again, or correct the path.")
    }
  }
}
