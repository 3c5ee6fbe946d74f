// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The programs that are measured: those in this program's folder.
enum Build {
  static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  static let samd = folder.appendingPathComponent("samd").path
  static let samctl = folder.appendingPathComponent("samctl").path

  /// This program's environment without what would change SAM or git.
  static let environment = ProcessInfo.processInfo.environment.filter { name, _ in
    !name.hasPrefix("SAM_") && !name.hasPrefix("GIT_")
  }

  /// Runs a tool to its end and returns what it printed.
  static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
    let variables = self.environment.merging(environment) { _, new in new }
    let process = try Program(program, arguments, environment: variables, output: .pipe)
    guard let output = process.output else { return "" }
    let text = Array(Lines(of: output)).joined(separator: "\n")
    let status = try process.wait()
    guard status == 0 else { throw BenchFailure("\(program) \(arguments.joined(separator: " ")) ended with \(status)") }
    return text
  }
}

/// A folder of its own for a measurement; removed with it.
final class Scratch {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory.appendingPathComponent("sam-bench-\(UUID().uuidString.prefix(8))")
      .path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of something in it.
  func path(_ name: String) -> String { "\(path)/\(name)" }
}
