// SPDX-License-Identifier: Apache-2.0

/// A pattern of paths beneath the workspace: `*` and `?` within a name, `**` for any number of folders, also none.
///
/// `secrets/**` fits the folder itself too.
struct PathPattern {
  private let parts: [String]

  init(_ pattern: String) { parts = Self.parts(pattern) }

  /// Whether a path fits. What is outside of the workspace fits nothing.
  func matches(_ path: String) -> Bool {
    guard Self.isBeneath(path) else { return false }
    let names = Self.parts(path)
    // reached[n]: the parts so far can take the first n names.
    var reached = [true] + Array(repeating: false, count: names.count)
    for part in parts {
      var next = Array(repeating: false, count: names.count + 1)
      for count in 0...names.count {
        if part == "**" {
          next[count] = reached[count] || (count > 0 && next[count - 1])
        } else if count > 0, reached[count - 1] {
          next[count] = Wildcard.matches(part, names[count - 1], one: "?")
        }
      }
      reached = next
    }
    return reached[names.count]
  }

  private static func parts(_ path: String) -> [String] {
    path.split(separator: "/").map(String.init).filter { $0 != "." }
  }

  /// A path without `.`, `..` and empty parts, as far as that is possible.
  static func tidy(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    if path.hasPrefix("/") { return "/" + parts.drop { $0 == ".." }.joined(separator: "/") }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  /// Whether a path or pattern stays beneath the workspace.
  static func isBeneath(_ path: String) -> Bool {
    !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
  }
}
