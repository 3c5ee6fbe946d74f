// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import Synchronization

/// One line a message on standard error, as text for people or as JSON for programs, with secrets taken out.
struct LineLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level
  let label: String
  let json: Bool

  init(label: String, level: Logger.Level, json: Bool) {
    self.label = label
    logLevel = level
    self.json = json
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    var fields = all.mapValues { Self.redact("\($0)") }
    for key in all.keys where Self.isSecret(key) { fields[key] = "[redacted]" }
    let message = Self.redact("\(event.message)")
    let time = Date.now.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
    let line: String
    if json {
      var object = fields
      object["at"] = time
      object["level"] = event.level.rawValue
      object["message"] = message
      object["from"] = label
      let data = (try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])) ?? Data()
      line = String(decoding: data, as: UTF8.self)
    } else {
      let rest = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
      line = "\(time) \(event.level.rawValue) \(message)\(rest)"
    }
    let flat = line.replacingOccurrences(of: "\n", with: "\\n") + "\n"
    Self.output.withLock { _ in FileHandle.standardError.write(Data(flat.utf8)) }
  }

  /// One line at a time.
  private static let output = Mutex(())

  private static func isSecret(_ key: String) -> Bool {
    let name = key.lowercased()
    return ["token", "secret", "password", "authorization", "api_key", "apikey"].contains { name.contains($0) }
  }

  /// Takes out what looks like a credential: our tokens, bearer headers, passwords in addresses.
  static func redact(_ text: String) -> String {
    var text = text
    for (pattern, replacement) in patterns {
      text = text.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
    }
    return text
  }

  private static let patterns = [
    (#"\bsam_[A-Za-z0-9_-]{30,}"#, "sam_[redacted]"),
    (#"(?i)(bearer )[^\s",]+"#, "$1[redacted]"),
    (#"(https?://[^/\s:@]*):[^@/\s]+@"#, "$1:[redacted]@"),
    (#"\b(sk|ghp|gho|github_pat|glpat|xox[bp])[-_][A-Za-z0-9_-]{16,}"#, "[redacted]"),
  ]
}
