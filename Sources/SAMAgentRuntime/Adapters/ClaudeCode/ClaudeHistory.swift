// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMRPC

/// The conversations that Claude Code keeps: a file of JSON lines each, in a folder for each work tree.
///
/// Source: what the program writes to `projects/FOLDER/SESSION.jsonl` beneath `CLAUDE_CONFIG_DIR` or `~/.claude`.
struct ClaudeHistory: Sendable {
  private let folder: String

  /// - Parameter environment: That of the program.
  init(_ environment: [String: String]) {
    let own = environment["CLAUDE_CONFIG_DIR"].flatMap { $0.isEmpty ? nil : $0 }
    folder = (own ?? "\(environment["HOME"] ?? "")/.claude") + "/projects"
  }

  /// The file of a conversation, or nil when there is none.
  func file(of session: ACP.SessionID) -> String? {
    // Ids come from the client: only the program's own shape becomes a file name.
    guard UUID(uuidString: session.rawValue) != nil else { return nil }
    return folders().map { "\($0)/\(session.rawValue).jsonl" }.first { FileManager.default.fileExists(atPath: $0) }
  }

  /// What was said in a conversation, the person's messages too.
  ///
  /// - Returns: nil when there is no such conversation.
  func updates(of session: ACP.SessionID, root: String) -> [ACP.SessionUpdate]? {
    guard let path = file(of: session), let data = FileManager.default.contents(atPath: path) else { return nil }
    return Self.updates(in: data.split(separator: UInt8(ascii: "\n")).map(Array.init), root: root)
  }

  /// The same from the file's lines. A line that a crash has cut is passed over.
  static func updates(in lines: [[UInt8]], root: String) -> [ACP.SessionUpdate] {
    var updates = ClaudeUpdates(root: root, isReplay: true)
    return lines.flatMap { line -> [ACP.SessionUpdate] in
      guard let value = try? JSONValue(parsing: line), value["isSidechain"]?.boolValue != true else { return [] }
      switch ClaudeMessage(value) {
      case .assistant(let record): return updates.assistant(record)
      case .user(let record): return updates.user(record)
      default: return []
      }
    }
  }

  /// The conversations, the newest first.
  ///
  /// - Parameter cwd: Only those of this folder.
  func sessions(in cwd: String?) -> [ACP.SessionInfo] {
    var found: [(ACP.SessionInfo, Date)] = []
    for folder in folders() {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
        guard name.hasSuffix(".jsonl"), UUID(uuidString: String(name.dropLast(6))) != nil else { continue }
        let path = "\(folder)/\(name)"
        guard let (place, title) = Self.head(of: path), cwd == nil || place == cwd else { continue }
        let date = (try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date) ?? .distantPast
        let info = ACP.SessionInfo(
          sessionID: .init(rawValue: String(name.dropLast(6))), cwd: place, title: title,
          updatedAt: date.formatted(.iso8601))
        found.append((info, date))
      }
    }
    return found.sorted { $0.1 > $1.1 }.map(\.0)
  }

  /// Where a conversation was held and how it began.
  private static func head(of path: String) -> (cwd: String, title: String?)? {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: 256 << 10) else { return nil }
    for line in data.split(separator: UInt8(ascii: "\n")) {
      guard let value = try? JSONValue(parsing: Array(line)), value["type"]?.stringValue == "user",
        let cwd = value["cwd"]?.stringValue
      else { continue }
      let record = ClaudeRecord(value)
      guard !record.isNote, let text = record.texts.first, !ClaudeNote.isNote(text) else { continue }
      return (cwd, oneLine(text))
    }
    return nil
  }

  private func folders() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { "\(folder)/\($0)" }
  }
}
