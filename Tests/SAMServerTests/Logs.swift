// SPDX-License-Identifier: Apache-2.0
import Logging
import Synchronization

/// Remembers what was logged.
final class Logs: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  /// A logger that writes here, everything.
  var logger: Logger { Logger(label: "test") { _ in Handler(logs: self) } }

  private struct Handler: LogHandler {
    let logs: Logs
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
      let text = "\(event.level) \(event.message) " + all.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
      logs.lines.withLock { $0.append(text) }
    }
  }
}
