// SPDX-License-Identifier: Apache-2.0
internal import SAMCore
internal import Yams

/// A value in the file of agents, which knows where it stands.
struct AgentFileValue {
  private let node: Node
  /// What it is, for people: `helper.usage_limits[2]`.
  private let name: String
  private let line: Int?
  /// The file.
  let path: String

  /// - Parameter line: Where its name stands; nil = where it begins.
  init(_ node: Node, at name: String, in path: String, line: Int? = nil) {
    self.node = node
    self.name = name
    self.path = path
    self.line = line ?? node.mark?.line
  }

  /// An error about this value.
  func error(_ problem: String) -> RuntimeError {
    RuntimeError(.agentFile, "\(path)\(line.map { ":\($0)" } ?? ""): \(name) \(problem)")
  }

  /// An error about a name that is none of those there are.
  func unknown(_ kind: String, among known: some Collection<String>, of name: String) -> RuntimeError {
    let hint =
      if let likely = LikelyWord.of(name, among: known) { "did you mean '\(likely)'?" } else {
        "there are \(known.sorted().joined(separator: ", "))"
      }
    return error("is no \(kind); \(hint)")
  }

  /// What stands beneath it, by name, in the file's order.
  func fields() throws -> [(String, AgentFileValue)] {
    guard case .mapping(let mapping) = node else { throw error("must be names with values, as in 'name: value'") }
    return try mapping.map { key, value in
      guard case .scalar(let scalar) = key else { throw error("must have plain words for names") }
      let name = name == "the file" ? scalar.string : "\(name).\(scalar.string)"
      return (scalar.string, AgentFileValue(value, at: name, in: path, line: scalar.mark?.line))
    }
  }

  /// The values of a list.
  func list() throws -> [AgentFileValue] {
    guard case .sequence(let list) = node else { throw error("must be a list, as in '[one, two]'") }
    return list.enumerated().map { AgentFileValue($1, at: "\(name)[\($0 + 1)]", in: path) }
  }

  /// Whether it is a text.
  var isText: Bool { node.scalar != nil && node.tag == Tag(.str) }

  /// A text that says something.
  func text() throws -> String {
    guard isText, let text = node.scalar?.string else {
      throw error("must be a text\(node.scalar == nil ? "" : "; put it in quotes")")
    }
    guard text.contains(where: { !$0.isWhitespace }) else { throw error("is empty; write it or leave it out") }
    return text
  }

  /// A text, a number or a truth value, as it is written.
  func scalar() throws -> String {
    guard let scalar = node.scalar, node.tag != Tag(.null) else { throw error("must be a text or a number") }
    return scalar.string
  }

  /// Yes or no.
  func flag() throws -> Bool {
    guard let flag = node.bool else { throw error("must be true or false") }
    return flag
  }

  /// The name of a variable of the environment.
  func variable(_ text: String) throws -> String {
    guard text.firstMatch(of: /^[A-Za-z_][A-Za-z0-9_]*$/) != nil else {
      throw error("'\(text)' is no name of a variable; use letters, digits and '_'")
    }
    return text
  }
}
