// SPDX-License-Identifier: Apache-2.0
import CSAMShims
import Foundation

/// A program that a measurement has started. (Foundation's Process crashes now and then when many are started at once.)
///
/// Used by one task at a time.
final class Program {
  /// Where a standard stream goes.
  enum Stream {
    /// Nowhere.
    case nothing
    /// To this program, by ``input`` or ``output``.
    case pipe
    /// To the end of a file.
    case file(String)
  }

  /// Its process id.
  let id: Int32
  /// Where its standard input is written, if that is a pipe.
  private(set) var input: Int32?
  /// Where its standard output is read, if that is a pipe.
  private(set) var output: Int32?
  private var ended: Int32?

  /// Starts a program.
  /// - Parameter environment: the whole of it.
  init(
    _ program: String, _ arguments: [String], environment: [String: String], input: Stream = .nothing,
    output: Stream = .nothing, errors: Stream = .nothing
  ) throws {
    let ends = try [
      Self.open(input, writing: false), Self.open(output, writing: true), Self.open(errors, writing: true),
    ]
    defer { for end in ends { close(end.theirs) } }
    let map = ends.enumerated().map { sam_fd_map(child: Int32($0.offset), parent: $0.element.theirs) }
    let variables = environment.map { "\($0.key)=\($0.value)" }
    var stage: Int32 = 0
    id = Self.withCStrings([program] + arguments) { argv in
      Self.withCStrings(variables) { envp in
        map.withUnsafeBufferPointer { map in
          program.withCString { program in
            var request = sam_spawn_request()
            request.program = program
            request.argv = UnsafePointer(argv)
            request.envp = UnsafePointer(envp)
            request.fds = map.baseAddress
            request.fd_count = Int32(map.count)
            return sam_spawn(&request, &stage)
          }
        }
      }
    }
    self.input = ends[0].ours
    self.output = ends[1].ours
    guard id > 0 else { throw BenchFailure("\(program) cannot be started: \(String(cString: strerror(-id)))") }
  }

  deinit {
    closeInput()
    if let output { close(output) }
    if isRunning {
      kill(id, SIGKILL)
      waitpid(id, nil, 0)
    }
  }

  /// Whether it has not ended yet.
  var isRunning: Bool {
    var raw: Int32 = 0
    if ended == nil, waitpid(id, &raw, WNOHANG) == id { ended = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + (raw & 0x7F) }
    return ended == nil
  }

  /// Says that nothing more is written.
  func closeInput() {
    if let input { close(input) }
    input = nil
  }

  /// Writes a line to its standard input.
  func write(line: String) throws {
    guard let input else { throw BenchFailure("program \(id) has no pipe to write to") }
    var bytes = Array((line + "\n").utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(input, $0.baseAddress, $0.count) }
      guard count > 0 else { throw BenchFailure("program \(id) reads no more: \(String(cString: strerror(errno)))") }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Waits until it ends.
  /// - Returns: its exit code, or 128 and the signal.
  @discardableResult
  func wait(seconds: Double = 60) throws -> Int32 {
    let end = Clock.steady + seconds * 1000
    while isRunning {
      guard Clock.steady < end else { throw BenchFailure("program \(id) did not end within \(seconds) s") }
      usleep(1000)
    }
    return ended ?? -1
  }

  private static func open(_ stream: Stream, writing: Bool) throws -> (theirs: Int32, ours: Int32?) {
    switch stream {
    case .pipe:
      var ends: [Int32] = [0, 0]
      guard sam_pipe(&ends) == 0 else { throw BenchFailure("a pipe cannot be made") }
      return writing ? (ends[1], ends[0]) : (ends[0], ends[1])
    case .nothing: return (Foundation.open("/dev/null", O_RDWR | O_CLOEXEC), nil)
    case .file(let path):
      let file = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      guard file >= 0 else { throw BenchFailure("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
      return (file, nil)
    }
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress) }
  }
}
