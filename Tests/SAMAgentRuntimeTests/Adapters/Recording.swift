// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMRPC

/// A recording of a real program, which the project does not hold: a line for each message, with its direction.
enum Recording {
  /// The messages that a program wrote, or none when the recording is not there.
  static func messages(_ name: String) -> [JSONValue] {
    let environment = ProcessInfo.processInfo.environment["SAM_SHARED"].map { URL(fileURLWithPath: $0) }
    let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("shared")
    for root in [environment, beside].compactMap({ $0 }) {
      guard let data = try? Data(contentsOf: root.appendingPathComponent("transcripts/\(name).ndjson")) else {
        continue
      }
      return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
        guard let record = try? JSONValue(parsing: Array(line)), record["dir"]?.stringValue == "a2c" else { return nil }
        return record["msg"]
      }
    }
    return []
  }

  static let missing = "skipped: needs the recordings of real agents (set SAM_SHARED to their folder)"
}
