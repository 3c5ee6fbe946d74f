// SPDX-License-Identifier: Apache-2.0

/// What happens to an agent's request for permission.
public enum ApprovalAction: String, Codable, Sendable, CaseIterable {
  /// A person is asked.
  case ask
  /// Allowed once, without asking.
  case allow
  /// Refused once, without asking.
  case deny
}

/// What happens to an agent's requests for permission: the first rule that fits decides, or else the standard.
///
/// It is decided from what the agent says that it is about to do. It saves people questions; it is no sandbox.
public struct ApprovalPolicy: Hashable, Sendable {
  /// The rules, in order.
  public var rules: [ApprovalRule]
  /// What happens when none fits.
  public var standard: ApprovalAction

  /// - Parameters: as the properties of the same names.
  public init(rules: [ApprovalRule] = [], standard: ApprovalAction = .ask) {
    self.rules = rules
    self.standard = standard
  }

  /// A person is asked each time.
  public static let ask = ApprovalPolicy()
  /// All is allowed.
  public static let allow = ApprovalPolicy(standard: .allow)
  /// All is refused.
  public static let deny = ApprovalPolicy(standard: .deny)

  /// What a policy says to a question, and which words of it say so.
  public struct Verdict: Hashable, Sendable {
    /// What happens.
    public var action: ApprovalAction
    /// The rule as it was written, or `otherwise` with the standard.
    public var rule: String
  }

  /// Decides a question.
  ///
  /// What a rule that asks or denies may cover (nobody can tell, because the command line is more than one plain command,
  /// or the agent does not say which file) is allowed only by a rule that is the command line itself; else a person is asked.
  public func verdict(on subject: ApprovalSubject) -> Verdict {
    var doubt: ApprovalRule?
    for rule in rules {
      switch (rule.fit(subject), rule.action) {
      case (.no, _), (.perhaps, .allow): continue
      case (.perhaps, _): doubt = doubt ?? rule
      case (.yes, .allow) where rule.isItself(subject): return Verdict(action: .allow, rule: rule.text)
      case (.yes, .allow):
        return doubt.map { Verdict(action: .ask, rule: $0.text) } ?? Verdict(action: .allow, rule: rule.text)
      case (.yes, _): return Verdict(action: rule.action, rule: rule.text)
      }
    }
    if standard == .allow, let doubt { return Verdict(action: .ask, rule: doubt.text) }
    return Verdict(action: standard, rule: "otherwise \(standard.rawValue)")
  }

  /// How many rules there may be.
  static let limit = 200

  /// Refuses rules that could never have been written.
  func check() throws {
    guard rules.count <= Self.limit else {
      throw Rejection(.invalid, "\(rules.count) rules are too many; use patterns, and at most \(Self.limit)")
    }
    for rule in rules { _ = try ApprovalRule(rule.action, rule.match) }
  }
}

extension ApprovalPolicy: Codable {
  private enum Key: String, CodingKey { case rules, otherwise }

  /// A policy without rules is one word, as in ledgers from before there were rules.
  public init(from decoder: any Decoder) throws {
    if let word = try? decoder.singleValueContainer().decode(ApprovalAction.self) {
      self.init(standard: word)
    } else {
      let container = try decoder.container(keyedBy: Key.self)
      self.init(
        rules: try container.decode([ApprovalRule].self, forKey: .rules),
        standard: try container.decode(ApprovalAction.self, forKey: .otherwise))
    }
  }

  /// One word, or the rules with the standard.
  public func encode(to encoder: any Encoder) throws {
    guard !rules.isEmpty else {
      var container = encoder.singleValueContainer()
      return try container.encode(standard)
    }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rules, forKey: .rules)
    try container.encode(standard, forKey: .otherwise)
  }
}
