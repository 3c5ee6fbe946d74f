// SPDX-License-Identifier: Apache-2.0

/// One rule of a policy: `edit`, `edit:src/**`, `execute:git status *`, `*:secrets/**`.
///
/// Before the colon stands the kind of tool, `*` for all of them; behind it a pattern, of the command line for `execute`, of
/// the path beneath the workspace for kinds that touch files.
public struct ApprovalRule: Codable, Hashable, Sendable {
  /// What happens.
  public var action: ApprovalAction
  /// The kind of tool as ACP names it, or `*`.
  public var kind: String
  /// The pattern; nil = everything of the kind.
  public var pattern: String?

  /// What it covers, as people write it.
  public var match: String { pattern.map { "\(kind):\($0)" } ?? kind }
  /// The whole rule in words.
  public var text: String { "\(action.rawValue) \(match)" }

  /// The kinds of tool that ACP knows.
  public static let kinds = [
    "read", "edit", "delete", "move", "search", "execute", "think", "fetch", "switch_mode", "other",
  ]
  private static let kindsWithFiles: Set = ["read", "edit", "delete", "move", "search", "other"]

  /// How well a rule fits a question.
  enum Fit: Equatable {
    case no
    /// Nobody can tell.
    case perhaps
    case yes
  }

  /// How well it fits.
  func fit(_ subject: ApprovalSubject) -> Fit {
    // What leaves the workspace is allowed by no rule: whoever wrote it thought of the repository.
    if action == .allow, !subject.staysInWorkspace { return .no }
    guard kind == "*" || subject.kind == nil || subject.kind == kind else { return .no }
    let fit = patternFit(subject)
    return kind != "*" && subject.kind == nil && fit == .yes ? .perhaps : fit
  }

  private func patternFit(_ subject: ApprovalSubject) -> Fit {
    guard let pattern else { return .yes }
    if kind == "execute" { return commandFit(pattern, subject) }
    guard subject.kind != "execute" else { return .no }
    guard !subject.paths.isEmpty else { return .perhaps }
    let matches = subject.paths.map { PathPattern(pattern).matches($0) }
    return (action == .allow ? matches.allSatisfy { $0 } : matches.contains(true)) ? .yes : .no
  }

  /// Whether the pattern is the very command line.
  func isItself(_ subject: ApprovalSubject) -> Bool {
    guard kind == "execute", let pattern, let command = subject.command else { return false }
    return pattern.utf8.elementsEqual(command.utf8)
  }

  private func commandFit(_ pattern: String, _ subject: ApprovalSubject) -> Fit {
    guard let command = subject.command else { return .perhaps }
    if isItself(subject) { return .yes }
    let line = CommandText(command)
    if action == .allow { return line.isPlain && Wildcard.matches(pattern, command) ? .yes : .no }
    if Wildcard.matches(pattern, line.spaced) || Wildcard.matches(pattern, command) { return .yes }
    return line.isLiteral ? .no : .perhaps
  }
}

extension ApprovalRule {
  /// Reads a rule.
  /// - Parameter match: what it covers, as people write it.
  /// - Throws: ``Rejection`` with `invalid` that says what is accepted.
  public init(_ action: ApprovalAction, _ match: String) throws {
    let parts = match.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    self.action = action
    kind = parts[0]
    pattern = parts.count > 1 ? parts[1] : nil
    guard Self.kinds.contains(kind) || kind == "*" else {
      throw Rejection(
        .invalid, "'\(match)' names no kind of tool; begin with one of \(Self.kinds.joined(separator: ", ")) or *")
    }
    guard let pattern else { return }
    guard kind == "execute" || kind == "*" || Self.kindsWithFiles.contains(kind) else {
      throw Rejection(.invalid, "'\(match)': what a \(kind) is about has no pattern; write only '\(kind)'")
    }
    guard !pattern.isEmpty, pattern.utf8.count <= 1000, pattern.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
      throw Rejection(.invalid, "'\(match)': a pattern has 1 to 1000 bytes and no control characters")
    }
    guard kind == "execute" || PathPattern.isBeneath(pattern) else {
      throw Rejection(
        .invalid,
        "'\(match)': a path's pattern is beneath the workspace; write it without '/' before it and without '..'"
      )
    }
  }
}
