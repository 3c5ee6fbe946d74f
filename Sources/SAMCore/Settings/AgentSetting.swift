// SPDX-License-Identifier: Apache-2.0

/// Something about how an agent works in a conversation that can be chosen: its mode, its model, how much it thinks.
public struct AgentSetting: Codable, Hashable, Sendable {
  /// How it is chosen.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// One of several.
    case choice
    /// `on` or `off`.
    case toggle
  }

  /// A value that can be chosen.
  public struct Choice: Codable, Hashable, Sendable {
    /// What is chosen.
    public var value: String
    /// What people read.
    public var name: String
    /// What it means.
    public var description: String?
    /// - Parameters: as the properties of the same names.
    public init(value: String, name: String, description: String? = nil) {
      self.value = value
      self.name = name
      self.description = description
    }
  }

  /// What it is named by: the agent's own word.
  public var id: String
  /// What people read.
  public var name: String
  /// What it means.
  public var description: String?
  /// What it is about: ``mode``, ``model``, ``effort``, or a word of the agent's.
  public var category: String?
  /// How it is chosen.
  public var kind: Kind
  /// The value that holds.
  public var value: String
  /// The values to choose from.
  public var choices: [Choice]

  /// The category of what an agent may do without asking.
  public static let mode = "mode"
  /// The category of the model.
  public static let model = "model"
  /// The category of how much the model thinks.
  public static let effort = "effort"
  /// The values of a toggle.
  public static let toggles = [Choice(value: "on", name: "On"), Choice(value: "off", name: "Off")]

  /// - Parameters: as the properties of the same names.
  public init(
    id: String, name: String, description: String? = nil, category: String? = nil, kind: Kind = .choice, value: String,
    choices: [Choice]
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.category = category
    self.kind = kind
    self.value = value
    self.choices = choices
  }

  /// The value that a person means: as it is, or by the name that people read.
  /// - Throws: ``Rejection`` that says what there is.
  public func value(for word: String) throws(Rejection) -> String {
    if let exact = choices.first(where: { $0.value == word }) { return exact.value }
    if let named = choices.first(where: { $0.name.lowercased() == word.lowercased() }) { return named.value }
    throw Rejection(.invalid, "'\(id)' cannot be '\(word)'; \(Self.hint(word, choices.map(\.value)))")
  }

  /// What might have been meant, and what there is.
  static func hint(_ word: String, _ known: [String]) -> String {
    let likely = LikelyWord.of(word, among: known).map { "did you mean '\($0)'? " } ?? ""
    let shown = known.prefix(40).joined(separator: ", ") + (known.count > 40 ? ", …" : "")
    return likely + "there is \(shown)"
  }
}

extension [AgentSetting] {
  /// The one that a word means: its id, else what it is about.
  public func named(_ word: String) -> AgentSetting? {
    first { $0.id == word } ?? first { $0.category == word }
  }

  /// The same.
  /// - Throws: ``Rejection`` that says what there is.
  public func find(_ word: String) throws(Rejection) -> AgentSetting {
    if let found = named(word) { return found }
    guard !isEmpty else { throw Rejection(.notFound, "the agent has nothing to set, and so no '\(word)'") }
    throw Rejection(.notFound, "the agent has no setting '\(word)'; \(AgentSetting.hint(word, map(\.id)))")
  }
}

/// Something that was to be set, and that the agent does not have or take.
public struct RefusedSetting: Codable, Hashable, Sendable {
  /// The setting, as it was named.
  public var setting: String
  /// The value.
  public var value: String
  /// Why, and what holds instead.
  public var reason: String
  /// - Parameters: as the properties of the same names.
  public init(setting: String, value: String, reason: String) {
    self.setting = setting
    self.value = value
    self.reason = reason
  }
}
