// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// A file that Codex changes, as ACP's diffs: one for each hunk.
///
/// Source: `FileUpdateChange` of the app-server's protocol. An update is a unified diff without its head; an added or
/// deleted file is its whole text; a moved one has a line at the end that says where to.
struct CodexDiff: Sendable, Equatable {
  let path: String
  let movedTo: String?
  private let kind: String
  private let text: String

  init(_ change: JSONValue) {
    path = change["path"]?.stringValue ?? ""
    kind = change["kind"]?["type"]?.stringValue ?? "update"
    movedTo = change["kind"]?["move_path"]?.stringValue
    text = change["diff"]?.stringValue ?? ""
  }

  /// The changes.
  var content: [ACP.ToolCallContent] {
    switch kind {
    case "add": [.diff(.init(path: path, newText: text))]
    case "delete": [.diff(.init(path: path, newText: "", oldText: text))]
    default: hunks.map { .diff(.init(path: movedTo ?? path, newText: $0.new, oldText: $0.old)) }
    }
  }

  /// The files that it touches, with the line where the change begins.
  var locations: [ACP.ToolCallLocation] {
    let here = ACP.ToolCallLocation(path: path, line: hunks.first?.line)
    return [here] + (movedTo.map { [.init(path: $0)] } ?? [])
  }

  private struct Hunk {
    var line: Int64?
    var old = ""
    var new = ""
  }

  private var hunks: [Hunk] {
    guard kind == "update" else { return [] }
    var hunks: [Hunk] = []
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if movedTo != nil, lines.last?.hasPrefix("Moved to: ") == true { lines.removeLast() }
    while lines.last?.isEmpty == true { lines.removeLast() }
    for line in lines {
      if line.hasPrefix("@@") {
        hunks.append(Hunk(line: Self.start(of: line)))
      } else if !hunks.isEmpty, !line.hasPrefix("\\") {
        let rest = line.dropFirst() + "\n"
        if line.first != "+" { hunks[hunks.count - 1].old += rest }
        if line.first != "-" { hunks[hunks.count - 1].new += rest }
      }
    }
    return hunks
  }

  /// Where the new text begins, from a head like `@@ -1,2 +3,4 @@`.
  private static func start(of head: Substring) -> Int64? {
    let added = head.split(separator: " ").first { $0.hasPrefix("+") }
    return added.flatMap { Int64($0.dropFirst().prefix { $0.isNumber }) }
  }
}
