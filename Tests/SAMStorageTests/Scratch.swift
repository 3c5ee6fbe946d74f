// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A directory of one test, removed when the test lets go of it.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("sam-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path)") }
  }

  /// A path in it at which there is nothing yet.
  func fresh(_ name: String = "data") -> String { "\(path)/\(name)-\(UUID().uuidString.prefix(8))" }
}

/// A value that several threads of a test change.
final class Shared<Value: Sendable>: Sendable {
  private let kept: Mutex<Value>

  init(_ value: Value) { kept = Mutex(value) }

  var value: Value { kept.withLock { $0 } }

  func change(_ work: (inout sending Value) -> Void) { kept.withLock { work(&$0) } }
}
