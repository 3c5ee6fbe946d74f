// SPDX-License-Identifier: Apache-2.0

/// A file's change as `diff -u` writes it: three lines of context around each change.
struct UnifiedDiff {
  /// One line of a hunk.
  enum Line: Equatable {
    case header(String)
    case kept(String)
    case removed(String)
    case added(String)
  }
  private static let context = 3
  private static let unended = "\n\\ No newline at end of file"

  /// All lines in order; none when both texts are alike.
  let lines: [Line]

  /// - Parameters:
  ///   - path: the file.
  ///   - old: before; nil = the file is new.
  ///   - new: after.
  init(path: String, old: String?, new: String) {
    guard old != new else {
      lines = []
      return
    }
    let before = Self.split(old ?? "")
    let after = Self.split(new)
    let edits = LineEdit.between(before, after)
    var lines: [Line] = [
      .header("--- " + (old == nil ? "/dev/null" : Self.name(path, "a"))), .header("+++ " + Self.name(path, "b")),
    ]
    for hunk in Self.hunks(edits) {
      lines.append(.header(Self.position(of: hunk.edits, from: hunk.start)))
      for edit in hunk.edits {
        switch edit {
        case .kept(let index, _): Self.add(before[index], as: Line.kept, to: &lines)
        case .removed(let index): Self.add(before[index], as: Line.removed, to: &lines)
        case .added(let index): Self.add(after[index], as: Line.added, to: &lines)
        }
      }
    }
    self.lines = lines
  }

  /// How many lines were added and removed.
  var counts: (added: Int, removed: Int) {
    lines.reduce(into: (added: 0, removed: 0)) { counts, line in
      if case .added = line { counts.added += 1 }
      if case .removed = line { counts.removed += 1 }
    }
  }

  /// A path in the repository is marked by its side, as git does; an absolute one stands for itself.
  private static func name(_ path: String, _ side: String) -> String { path.hasPrefix("/") ? path : "\(side)/\(path)" }

  private static func split(_ text: String) -> [String] {
    guard !text.isEmpty else { return [] }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // The mark makes a last line without line feed another line than one with it.
    if lines.last == "" { lines.removeLast() } else { lines[lines.count - 1] += unended }
    return lines
  }

  private static func add(_ line: String, as kind: (String) -> Line, to lines: inout [Line]) {
    guard line.hasSuffix(unended) else { return lines.append(kind(line)) }
    lines.append(kind(String(line.dropLast(unended.count))))
    lines.append(.header(String(unended.dropFirst())))
  }

  /// Groups of edits whose changes lie closer together than two contexts.
  private static func hunks(_ edits: [LineEdit]) -> [(start: (old: Int, new: Int), edits: [LineEdit])] {
    let changes = edits.indices.filter { if case .kept = edits[$0] { false } else { true } }
    var ranges: [Range<Int>] = []
    for change in changes {
      let range = max(0, change - context)..<min(edits.count, change + context + 1)
      if let last = ranges.last, range.lowerBound <= last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }
    var hunks: [(start: (old: Int, new: Int), edits: [LineEdit])] = []
    var position = (old: 0, new: 0)
    var next = 0
    for range in ranges {
      advance(&position, over: edits[next..<range.lowerBound])
      hunks.append((position, Array(edits[range])))
      advance(&position, over: edits[range])
      next = range.upperBound
    }
    return hunks
  }

  private static func advance(_ position: inout (old: Int, new: Int), over edits: ArraySlice<LineEdit>) {
    for edit in edits {
      switch edit {
      case .kept:
        position.old += 1
        position.new += 1
      case .removed: position.old += 1
      case .added: position.new += 1
      }
    }
  }

  private static func position(of edits: [LineEdit], from start: (old: Int, new: Int)) -> String {
    var end = start
    advance(&end, over: edits[...])
    func range(_ start: Int, _ count: Int) -> String {
      let line = count == 0 ? start : start + 1
      return count == 1 ? "\(line)" : "\(line),\(count)"
    }
    return "@@ -\(range(start.old, end.old - start.old)) +\(range(start.new, end.new - start.new)) @@"
  }
}
