// SPDX-License-Identifier: Apache-2.0
import CSAMShims
import Foundation
import Synchronization

/// Runs programs as a person would: arguments in, text and exit code out.
enum Shell {
  /// What a program printed and how it ended.
  struct Result: Sendable {
    var status: Int32
    var out: String
    var err: String
    var all: String { out + err }
    /// Each line of standard output as JSON.
    var jsonLines: [[String: Any]] {
      out.split(separator: "\n").compactMap {
        (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
      }
    }
    /// Standard output as one JSON document.
    var json: Any? { try? JSONSerialization.jsonObject(with: Data(out.utf8)) }
  }

  struct TimedOut: Error, CustomStringConvertible {
    var description: String
  }

  /// Runs a program to its end.
  /// - Throws: ``TimedOut`` after `timeout` seconds; the program is killed then.
  static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
    directory: String? = nil, timeout: Double = 60
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sam-shell-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = try start(
      program, arguments, environment: environment, input: input, directory: directory,
      out: folder.appendingPathComponent("out"), err: folder.appendingPathComponent("err"))
    let deadline = Date.now.addingTimeInterval(timeout)
    while process.isRunning {
      if Date.now > deadline {
        process.send(SIGKILL)
        let out = try? String(contentsOf: folder.appendingPathComponent("out"), encoding: .utf8)
        throw TimedOut(
          description: "\(program) \(arguments.joined(separator: " ")) took over \(timeout) s\n\(out ?? "")")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    return Result(
      status: process.status ?? -1,
      out: String(decoding: try Data(contentsOf: folder.appendingPathComponent("out")), as: UTF8.self),
      err: String(decoding: try Data(contentsOf: folder.appendingPathComponent("err")), as: UTF8.self))
  }

  /// Starts a program with its output in files.
  static func start(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
    directory: String? = nil, out: URL, err: URL
  ) throws -> Program {
    let variables = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    let input = try open(input: input)
    defer { close(input) }
    return try Program(
      program, arguments, environment: variables, directory: directory, input: input, out: out, err: err)
  }

  /// A descriptor from which a program reads a text, or nothing.
  private static func open(input: String?) throws -> Int32 {
    guard let input else { return Foundation.open("/dev/null", O_RDONLY | O_CLOEXEC) }
    var ends: [Int32] = [0, 0]
    guard sam_pipe(&ends) == 0 else { throw TimedOut(description: "no pipe") }
    defer { close(ends[1]) }
    let bytes = Array(input.utf8)
    guard write(ends[1], bytes, bytes.count) == bytes.count else { throw TimedOut(description: "the pipe is full") }
    return ends[0]
  }

  /// Waits until something holds.
  static func eventually(
    _ what: String, within seconds: Double = 30, _ condition: () async throws -> Bool
  ) async throws {
    let deadline = Date.now.addingTimeInterval(seconds)
    while try await !condition() {
      guard Date.now < deadline else { throw TimedOut(description: "not within \(seconds) s: \(what)") }
      try await Task.sleep(for: .milliseconds(30))
    }
  }
}
