// SPDX-License-Identifier: Apache-2.0
import CSAMShims
import Foundation
import Synchronization

/// A program that a test has started. (Foundation's Process crashes now and then when many are started at once.)
final class Program: Sendable {
  struct CannotStart: Error, CustomStringConvertible { var description: String }

  let processIdentifier: Int32
  private let ended = Mutex<Int32?>(nil)

  /// Starts a program in a session of its own.
  /// - Parameters:
  ///   - input: an open descriptor that becomes its standard input.
  ///   - out: the file that standard output is appended to.
  ///   - err: likewise standard error.
  init(
    _ program: String, _ arguments: [String], environment: [String: String], directory: String?, input: Int32, out: URL,
    err: URL
  ) throws {
    let outFile = open(out.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    let errFile = open(err.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    defer {
      close(outFile)
      close(errFile)
    }
    guard outFile >= 0, errFile >= 0 else { throw CannotStart(description: "\(out.path) cannot be opened") }
    let map = [(0, input), (1, outFile), (2, errFile)].map { sam_fd_map(child: Int32($0.0), parent: $0.1) }
    let variables = environment.map { "\($0.key)=\($0.value)" }
    var stage: Int32 = 0
    processIdentifier = Self.withCStrings([program] + arguments) { argv in
      Self.withCStrings(variables) { envp in
        map.withUnsafeBufferPointer { map in
          program.withCString { program in
            (directory ?? "/").withCString { directory in
              var request = sam_spawn_request()
              request.program = program
              request.argv = UnsafePointer(argv)
              request.envp = UnsafePointer(envp)
              request.cwd = directory
              request.fds = map.baseAddress
              request.fd_count = Int32(map.count)
              request.new_session = 1
              return sam_spawn(&request, &stage)
            }
          }
        }
      }
    }
    guard processIdentifier > 0 else {
      throw CannotStart(description: "\(program): \(String(cString: strerror(-processIdentifier)))")
    }
  }

  /// How it ended, as a shell says it: the code, or 128 and the signal; nil while it runs.
  var status: Int32? {
    ended.withLock { ended in
      if let ended { return ended }
      var raw: Int32 = 0
      guard waitpid(processIdentifier, &raw, WNOHANG) == processIdentifier else { return nil }
      ended = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
      return ended
    }
  }

  var isRunning: Bool { status == nil }

  /// Asks it to end.
  func terminate() { send(SIGTERM) }

  /// Sends a signal, unless it has ended.
  func send(_ signal: Int32) { if isRunning { kill(processIdentifier, signal) } }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress) }
  }
}
