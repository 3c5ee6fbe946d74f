// SPDX-License-Identifier: Apache-2.0
internal import CSAMShims
internal import Foundation
internal import Synchronization

/// A program of SAM's own that runs for a while and ends: its input, its bounded output, its time limit.
///
/// It leads a session of its own, so that its helpers end with it. It is not for agents: those run under the guard.
struct ShortCommand: Sendable {
  enum Input: Sendable {
    case nothing
    case bytes([UInt8])
    case file(String)
  }

  enum Output: Sendable {
    /// The first bytes, up to this number; the rest is read and dropped.
    case collected(limit: Int)
    case file(String)
  }

  struct Outcome: Sendable {
    var exit: ProcessExit
    var output: [UInt8]
    var truncated: Bool
    var errorTail: String
    var timedOut: Bool
  }

  /// An absolute path.
  var program: String
  var arguments: [String]
  var environment: [String: String]
  var directory: String
  var input = Input.nothing
  var output = Output.collected(limit: 1 << 20)
  var timeout: Duration

  /// Runs it to its end.
  ///
  /// - Throws: `RuntimeError` when it cannot be started; `CancellationError` after it has been ended.
  func run() async throws -> Outcome {
    let running = try start()
    let ended = await withTaskGroup(of: Bool.self) { group in
      group.addTask { (try? await running.exit.value()) != nil }
      group.addTask {
        // Cancelled when the command has ended, or with the whole task; either way the other child knows.
        try? await Alarms.shared.sleep(for: timeout)
        return false
      }
      let first = await group.next() ?? false
      group.cancelAll()
      return first
    }
    if !ended { running.terminate() }
    let exit = await running.exit.valueRegardless()
    await running.outputEnded.valueRegardless()
    await running.errorEnded.valueRegardless()
    if !ended { try Task.checkCancellation() }
    return running.collected.withLock { collected in
      Outcome(
        exit: exit, output: collected.output, truncated: collected.truncated,
        errorTail: collected.error.text(ended: true), timedOut: !ended)
    }
  }

  private func start() throws -> RunningCommand {
    var streams = try StandardStreams.make(.pipes)
    let inputDescriptor = try openInput()
    defer { close(inputDescriptor) }
    var outputDescriptor = streams.childMap[1]
    var file: Int32?
    defer { if let file { close(file) } }
    if case .file(let path) = output {
      let opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      if opened < 0 { throw RuntimeError.system("“\(path)” cannot be written", errno: errno) }
      file = opened
      outputDescriptor = opened
    }
    var stage: Int32 = 0
    let pid = SpawnRequest(
      program: program, arguments: [program] + arguments, environment: environment, directory: directory,
      descriptors: [inputDescriptor, outputDescriptor, streams.childMap[2]]
    ).spawn(&stage)
    streams.closeChildEnds()
    if pid < 0 { throw RuntimeError.system("“\(program)” cannot be started in “\(directory)”", errno: -pid) }
    var limit = 0
    if case .collected(let most) = output { limit = most }
    return try RunningCommand(pid: pid, limit: limit, streams: &streams)
  }

  /// Input comes from a file even when it is bytes: a program that does not read it must not make us wait.
  private func openInput() throws -> Int32 {
    switch input {
    case .nothing:
      return try check(open("/dev/null", O_RDONLY | O_CLOEXEC))
    case .file(let path):
      return try check(open(path, O_RDONLY | O_CLOEXEC))
    case .bytes(let bytes):
      let descriptor = try check(sam_memory_file())
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if written <= 0 {
          let failure = errno
          close(descriptor)
          throw RuntimeError.system("The input of “\(program)” cannot be kept", errno: failure)
        }
        rest = rest.dropFirst(written)
      }
      lseek(descriptor, 0, SEEK_SET)
      return descriptor
    }
  }

  private func check(_ descriptor: Int32) throws -> Int32 {
    if descriptor < 0 { throw RuntimeError.system("The input of “\(program)” cannot be opened", errno: errno) }
    return descriptor
  }
}

/// A command between its start and its end.
private final class RunningCommand: Sendable {
  struct Collected: Sendable {
    var output: [UInt8] = []
    var truncated = false
    var error = OutputTail(limit: 16384)
  }

  let exit = Promise<ProcessExit>()
  let outputEnded = Promise<Bool>()
  let errorEnded = Promise<Bool>()
  let collected = Mutex(Collected())
  /// The process group; nil once its leader was collected and the number may belong to somebody else.
  private let group: Mutex<Int32?>

  init(pid: Int32, limit: Int, streams: inout StandardStreams) throws {
    group = Mutex(pid)
    let watch = sam_pidfd_open(pid)
    do {
      if watch < 0 { throw RuntimeError.system("A process cannot be watched", errno: -watch) }
      // Reading this descriptor fails until the process ends, and differently after that: the reader calls it the end.
      try DescriptorReader.shared.read(watch, onBytes: { _ in }, onEnd: { self.reap() })
      try read(streams.takeOutput(), into: outputEnded) { collected, bytes in
        let room = limit - collected.output.count
        collected.output += bytes.prefix(room)
        if bytes.count > room { collected.truncated = true }
      }
      try read(streams.takeError(), into: errorEnded) { collected, bytes in collected.error.append(bytes) }
    } catch {
      kill(-pid, SIGKILL)
      if watch < 0 { waitpid(pid, nil, 0) }
      throw error
    }
  }

  private func read(
    _ descriptor: Int32?, into end: Promise<Bool>, _ take: @escaping @Sendable (inout Collected, [UInt8]) -> Void
  ) throws {
    guard let descriptor else { return end.keep(true) }
    try DescriptorReader.shared.read(
      descriptor, onBytes: { bytes in self.collected.withLock { take(&$0, bytes) } }, onEnd: { end.keep(true) })
  }

  private func reap() {
    let exit = group.withLock { group -> ProcessExit in
      guard let pid = group.take() else { return .unseen }
      var status: Int32 = 0
      // First the helpers that it left: they may hold its output open for ever.
      kill(-pid, SIGKILL)
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
      return status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }
    self.exit.keep(exit)
  }

  /// A request, and two seconds later an order.
  func terminate() {
    signal(SIGTERM)
    Thread.detachNewThread { [self] in
      for _ in 0..<200 where exit.current == nil { usleep(10_000) }
      signal(SIGKILL)
    }
  }

  private func signal(_ number: Int32) {
    group.withLock { if let group = $0 { _ = kill(-group, number) } }
  }
}
