// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// Something about how a session's agent works that can be chosen, on the wire.
public struct SettingView: Codable, Hashable, Sendable {
  /// What it is named by; while nobody knows what the agent offers, as it was named.
  public var id: String
  /// What people read.
  public var name: String
  /// What it means.
  public var description: String?
  /// mode, model, effort, or a word of the agent's.
  public var category: String?
  /// choice, or toggle: on or off; nil while nobody knows what the agent offers.
  public var kind: String?
  /// The value that holds; nil likewise.
  public var value: String?
  /// What a person chose and does not hold yet: from the next prompt on.
  public var next: String?
  /// The values to choose from.
  public var choices: [AgentSetting.Choice]

  /// - Parameters:
  ///   - setting: what the agent offers.
  ///   - chosen: what a person chose.
  public init(_ setting: AgentSetting, chosen: String? = nil) {
    id = setting.id
    name = setting.name
    description = setting.description
    category = setting.category
    kind = setting.kind.rawValue
    value = setting.value
    next = chosen == setting.value ? nil : chosen
    choices = setting.choices
  }

  /// What was chosen while nobody knows what the agent offers.
  public init(unknown id: String, chosen: String) {
    self.id = id
    name = id
    next = chosen
    choices = []
  }

  /// All settings of a session; nil while nobody knows any.
  public static func all(_ session: Session) -> [SettingView]? {
    let offered = session.offered ?? []
    var chosen: [String: String] = [:]
    var unknown: [SettingView] = []
    for (name, value) in (session.chosen ?? [:]).sorted(by: { $0.key < $1.key }) {
      if let setting = offered.named(name) {
        chosen[setting.id] = value
      } else {
        unknown.append(SettingView(unknown: name, chosen: value))
      }
    }
    let all = offered.map { SettingView($0, chosen: chosen[$0.id]) } + unknown
    return all.isEmpty && session.offered == nil ? nil : all
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case description
    case category
    case kind
    case value
    case next
    case choices
  }
}

/// What `PUT /sessions/{session}/settings/{setting}` takes.
public struct ChooseSettingBody: Codable, Hashable, Sendable {
  /// The value: one of the setting's choices, or its name.
  public var value: String

  /// - Parameter value: one of the setting's choices, or its name.
  public init(value: String) { self.value = value }

  private enum CodingKeys: String, CodingKey { case value }
}
