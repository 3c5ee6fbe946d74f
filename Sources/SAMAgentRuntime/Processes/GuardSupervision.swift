// SPDX-License-Identifier: Apache-2.0
internal import CSAMShims
internal import Foundation
internal import Synchronization

/// Our end of one guard: what it reports, and the line that keeps it alive.
///
/// The reader keeps it until the guard is gone, whether or not anybody still looks.
final class GuardSupervision: Sendable {
  let guardPID: Int32
  let start = Promise<Result<Int32, RuntimeError>>()
  let exit = Promise<ProcessExit>()
  let gone = Promise<ProcessExit>()
  let events: AsyncStream<GuardEvent>
  let standardError = Mutex(OutputTail(limit: 65536))
  /// Kept when nobody can write to standard error any more.
  let standardErrorEnd = Promise<Void>()

  private let launch: GuardedLaunch
  private let eventSink: AsyncStream<GuardEvent>.Continuation
  /// For writing. The reader owns another descriptor of the same socket. Nil when the guard is gone.
  private let control: Mutex<Int32?>
  private let lines = Mutex<[UInt8]>([])
  private let sawGone = Mutex(false)
  private let sawNoMemory = Mutex(false)

  private init(_ launch: GuardedLaunch, guardPID: Int32, control: Int32) {
    self.launch = launch
    self.guardPID = guardPID
    self.control = Mutex(control)
    // A guard reports at most six events.
    (events, eventSink) = AsyncStream.makeStream(of: GuardEvent.self, bufferingPolicy: .bufferingOldest(16))
  }

  /// Starts the guard. The child's ends of `streams` are closed here, whatever happens.
  static func start(_ launch: GuardedLaunch, streams: inout StandardStreams) throws -> GuardSupervision {
    defer { streams.closeChildEnds() }
    var sockets: [Int32] = [-1, -1]
    let result = sam_socketpair(&sockets)
    if result < 0 { throw RuntimeError.system("No socket can be made", errno: -result) }
    defer { close(sockets[1]) }
    let readEnd = fcntl(sockets[0], F_DUPFD_CLOEXEC, 3)
    let pid: Int32
    do {
      if readEnd < 0 { throw RuntimeError.system("No descriptor is left", errno: errno) }
      pid = try spawn(launch, descriptors: streams.childMap + [sockets[1]])
    } catch {
      close(sockets[0])
      if readEnd >= 0 { close(readEnd) }
      throw error
    }
    let supervision = GuardSupervision(launch, guardPID: pid, control: sockets[0])
    do {
      if let error = streams.takeError() {
        try DescriptorReader.shared.read(
          error, onBytes: { supervision.receiveError($0) }, onEnd: { supervision.standardErrorEnd.keep(()) })
      } else {
        supervision.standardErrorEnd.keep(())
      }
    } catch {
      close(readEnd)
      supervision.guardEnded()
      throw error
    }
    try DescriptorReader.shared.read(
      readEnd, onBytes: { supervision.receive($0) }, onEnd: { supervision.guardEnded() })
    return supervision
  }

  /// Whether the kernel ended something of it because there was no more memory for it.
  var ranOutOfMemory: Bool { sawNoMemory.withLock { $0 } }

  /// Asks the guard to end the tree. Harmless when it is gone.
  func requestEnd(grace: Duration?) {
    let order = grace.map { "kill \(max(0, $0.milliseconds))\n" } ?? "kill\n"
    control.withLock { control in
      guard let control else { return }
      _ = send(control, order, order.utf8.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
  }

  // MARK: On the reader's thread

  private func receiveError(_ bytes: [UInt8]) {
    standardError.withLock { $0.append(bytes) }
    launch.onStandardError?(bytes)
  }

  private func receive(_ bytes: [UInt8]) {
    let complete = lines.withLock { pending -> [GuardEvent] in
      pending.append(contentsOf: bytes)
      guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
      let whole = pending[..<end].split(separator: UInt8(ascii: "\n")).compactMap { GuardEvent(line: $0) }
      pending.removeFirst(end + 1)
      return whole
    }
    for event in complete {
      switch event {
      case .started(let pid): start.keep(.success(pid))
      case .failed(let kind, let number):
        start.keep(.failure(.guardReport(kind: kind, errno: number, launch: launch)))
      case .exited(let how): exit.keep(how)
      case .gone: sawGone.withLock { $0 = true }
      case .outOfMemory: sawNoMemory.withLock { $0 = true }
      case .stuck: break
      }
      eventSink.yield(event)
    }
  }

  /// The guard closed its socket, so it has ended or is about to this very moment.
  private func guardEnded() {
    control.withLock { control in
      if let descriptor = control.take() { close(descriptor) }
    }
    if sawGone.withLock({ $0 }) || start.current.map({ if case .failure = $0 { true } else { false } }) == true {
      finish()
    } else {
      // Somebody killed the guard itself (its agent may, they are the same user): what is left carries the run id.
      // This takes a while, so not on the thread that reads for everybody.
      Thread.detachNewThread { [self] in
        RunGroup(path: launch.group).remove()
        Strays.killUntilNone(attempts: 400) { $0 == launch.runID }
        finish()
      }
    }
  }

  private func finish() {
    var status: Int32 = 0
    while waitpid(guardPID, &status, 0) < 0 && errno == EINTR {}
    start.keep(
      .failure(
        RuntimeError(
          .guardUnusable, "The guard of the process ended before it started anything. Install SAM again.",
          evidence: "\(launch.guardExecutable): wait status \(status)")))
    exit.keep(.unseen)
    gone.keep(exit.current ?? .unseen)
    eventSink.finish()
  }

  // MARK: The start

  private static func arguments(_ launch: GuardedLaunch) -> [String] {
    var arguments = [launch.guardExecutable, "guard", "--control", "3", "--grace", "\(launch.grace.milliseconds)"]
    if let file = launch.lockFile {
      arguments += ["--lock", file, "--lock-wait", "\(Double(launch.lockWait.milliseconds) / 1000)"]
    }
    if let group = launch.group { arguments += ["--group", group] }
    if case .terminal = launch.streams { arguments.append("--terminal") }
    return arguments + ["--", launch.program] + launch.arguments
  }

  private static func spawn(_ launch: GuardedLaunch, descriptors: [Int32]) throws -> Int32 {
    var environment = launch.environment
    environment[GuardedLaunch.runIDVariable] = launch.runID
    var stage: Int32 = 0
    let pid = SpawnRequest(
      program: launch.guardExecutable, arguments: arguments(launch), environment: environment,
      directory: launch.workingDirectory, descriptors: descriptors
    ).spawn(&stage)
    if pid > 0 { return pid }
    switch Int(stage) {
    case SAM_STAGE_DIRECTORY:
      throw RuntimeError(
        .badWorkingDirectory,
        "The working directory “\(launch.workingDirectory)” cannot be entered. "
          + "Make the workspace again, or correct the path.", evidence: explain(errno: -pid))
    case SAM_STAGE_EXEC:
      throw RuntimeError(
        .guardUnusable, "SAM's guard “\(launch.guardExecutable)” cannot be started. Install SAM again.",
        evidence: explain(errno: -pid))
    default:
      throw RuntimeError.system("No process can be started", errno: -pid)
    }
  }
}
