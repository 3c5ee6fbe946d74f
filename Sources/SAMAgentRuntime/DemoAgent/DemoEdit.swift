// SPDX-License-Identifier: Apache-2.0

/// Which file the demo agent changes for a task, and how.
struct DemoEdit: Equatable {
  /// The file, relative to the work tree.
  var file: String
  /// Its text before; nil when there is no such file.
  var old: String?
  /// Its text after.
  var new: String

  /// Decides on the edit: a file that the task names is greeted in French or gets the task as its last line; when the
  /// task names none, the task becomes an item of `NOTES.md`.
  ///
  /// - Parameters:
  ///   - task: What the person wrote.
  ///   - read: The text of a file of the work tree, or nil when there is none.
  static func choose(for task: String, read: (String) async throws -> String?) async rethrows -> DemoEdit {
    let summary = task.split(separator: "\n").first.map(String.init) ?? "an empty task"
    for name in fileNames(in: task) {
      guard let old = try await read(name) else { continue }
      return DemoEdit(file: name, old: old, new: translated(old) ?? appending(summary, to: old))
    }
    let notes = "NOTES.md"
    let old = try await read(notes)
    return DemoEdit(file: notes, old: old, new: appending("- \(summary)", to: old ?? "# Notes\n\n"))
  }

  /// The words of a task that look like files of the work tree: with a dot inside, relative, and without a way out of it.
  static func fileNames(in task: String) -> [String] {
    task.split { $0.isWhitespace || "\"'`,;:()<>".contains($0) }.compactMap { word in
      let name = word.last == "." ? word.dropLast() : word
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      guard let last = parts.last, last.dropFirst().contains("."), !parts.contains("..") else { return nil }
      return parts.first == "" || parts.contains(".git") ? nil : String(name)
    }
  }

  private static func translated(_ text: String) -> String? {
    for (english, french) in [("Hello", "Bonjour"), ("hello", "bonjour")] {
      if let range = text.firstRange(of: english) { return text.replacingCharacters(in: range, with: french) }
    }
    return nil
  }

  private static func appending(_ line: String, to text: String) -> String {
    text + (text.isEmpty || text.last == "\n" ? "" : "\n") + line + "\n"
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + self[range.upperBound...]
  }
}
