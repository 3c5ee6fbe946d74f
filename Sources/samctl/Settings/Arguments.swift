// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMCore

/// How words of the command line are read.
enum Arguments {
  /// An id of one kind.
  /// - Throws: `ValidationError` that says where ids come from.
  static func id<ID: PrefixedID>(_ text: String) throws -> ID {
    guard let id = ID(rawValue: text) else {
      throw ValidationError(
        "'\(text)' is no \(ID.prefix) id. One looks like \(ID.prefix)_01J9Z3…; see them with 'samctl \(ID.prefix) list'."
      )
    }
    return id
  }

  /// `NAME=VALUE` pairs.
  /// - Throws: `ValidationError` for one without `=`, a name that is none, and a name that comes twice.
  static func pairs(_ texts: [String], option: String) throws -> [String: String] {
    var pairs: [String: String] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard parts.count == 2, isVariable(name) else {
        throw ValidationError("'\(text)' is no variable for \(option). Write it as NAME=VALUE.")
      }
      guard pairs.updateValue(String(parts[1]), forKey: name) == nil else {
        throw ValidationError("\(option) sets '\(name)' twice. Leave one out.")
      }
    }
    return pairs
  }

  /// What is chosen for an agent: `NAME=VALUE`.
  /// - Throws: `ValidationError` for one without `=`, and a name that comes twice.
  static func settings(_ texts: [String]) throws -> [String: String] {
    var settings: [String: String] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw ValidationError("'\(text)' is no setting. Write it as NAME=VALUE, for example mode=plan.")
      }
      guard settings.updateValue(parts[1], forKey: parts[0]) == nil else {
        throw ValidationError("--set sets '\(parts[0])' twice. Leave one out.")
      }
    }
    return settings
  }

  private static func isVariable(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }
  }
}

/// How much of a list is shown.
struct ListOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Show at most so many.", valueName: "n"))
  var limit = 50

  func validate() throws {
    guard limit >= 1 else { throw ValidationError("--limit must be at least 1.") }
  }

  /// How many a request may ask for.
  var page: Int { min(limit, PageLimit.allowed.upperBound) }
}
