// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMRPC

/// Data of others that tests read and the project does not hold: schemas and recordings.
enum SharedData {
  static let root: URL? = {
    let environment = ProcessInfo.processInfo.environment["SAM_SHARED"].map { URL(fileURLWithPath: $0) }
    let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
    let root = [environment, beside].compactMap { $0 }
      .first { FileManager.default.fileExists(atPath: $0.appendingPathComponent("schemas/acp/v1/schema.json").path) }
    if root == nil { print("skipped: tests that need schemas and transcripts (set SAM_SHARED to their folder)") }
    return root
  }()

  static var isPresent: Bool { root != nil }

  static func bytes(_ path: String) throws -> [UInt8] {
    guard let root else { throw CocoaError(.fileNoSuchFile) }
    return Array(try Data(contentsOf: root.appendingPathComponent(path)))
  }

  static func json(_ path: String) throws -> JSONValue { try JSONValue(parsing: bytes(path)) }

  static let transcripts: [String] = {
    guard let root else { return [] }
    let folder = root.appendingPathComponent("transcripts").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".ndjson") }.sorted()
  }()

  /// The recordings of other protocols.
  static let isACP: @Sendable (String) -> Bool = {
    !$0.hasPrefix("claude-stream-json") && !$0.hasPrefix("codex-app-server")
  }

  static func lines(_ transcript: String) throws -> [[UInt8]] {
    var framer = LineFramer()
    return (framer.append(try bytes("transcripts/\(transcript)")) + framer.finish()).compactMap {
      switch $0 {
      case .line(let line), .unfinished(let line): line
      case .oversized: nil
      }
    }
  }
}
