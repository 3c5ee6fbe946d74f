// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMRPC

/// Data of others that tests read and the project does not hold: providers' documents, recordings, the oracle.
enum SharedData {
  /// The folder beside the package, or the one that `SAM_SHARED` names.
  static let root: URL? = {
    let environment = ProcessInfo.processInfo.environment["SAM_SHARED"].map { URL(fileURLWithPath: $0) }
    let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("shared")
    let root = [environment, beside].compactMap { $0 }
      .first { FileManager.default.fileExists(atPath: $0.appendingPathComponent("cassettes/scaleway").path) }
    if root == nil { print("skipped: comparisons with providers' recordings (set SAM_SHARED to their folder)") }
    return root
  }()

  static var isPresent: Bool { root != nil }

  /// The exchanges of a recording, in order.
  static func exchanges(_ path: String) throws -> [Exchange] {
    guard let root else { throw CocoaError(.fileNoSuchFile) }
    let bytes = Array(try Data(contentsOf: root.appendingPathComponent("cassettes/\(path).json")))
    return try JSONValue(parsing: bytes)["interactions"]?.arrayValue?.map(Exchange.init) ?? []
  }

  /// One recorded request and its answer.
  struct Exchange {
    var method: String
    var path: String
    var request: JSONValue?
    var status: Int
    var body: JSONValue?

    init(_ recorded: JSONValue) {
      let url = recorded["request"]?["url"]?.stringValue ?? ""
      method = recorded["request"]?["method"]?.stringValue ?? ""
      path = URL(string: url)?.path ?? ""
      request = recorded["request"]?["body"]
      status = recorded["response"]?["status"]?.intValue ?? 0
      body = recorded["response"]?["body"]
    }
  }
}
