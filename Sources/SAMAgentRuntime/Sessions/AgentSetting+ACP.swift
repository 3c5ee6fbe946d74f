// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMCore

/// From what an agent says in ACP of its modes and options to SAM's own words.
extension AgentSetting {
  /// How many values are kept of all settings together; some agents know thousands of models.
  private static let choiceLimit = 500

  /// All that can be set.
  static func all(_ modes: ACP.SessionModeState?, _ options: [ACP.SessionConfigOption]) -> [AgentSetting] {
    var all = options.compactMap(AgentSetting.init)
    if let modes, all.named(mode) == nil { all.insert(AgentSetting(modes), at: 0) }
    var room = choiceLimit
    for index in all.indices {
      all[index].choices = Array(all[index].choices.prefix(room))
      room -= all[index].choices.count
    }
    return all
  }

  private init(_ modes: ACP.SessionModeState) {
    self.init(
      id: Self.mode, name: "Mode", category: Self.mode, value: modes.currentModeID.rawValue,
      choices: modes.availableModes.map { Choice($0.id.rawValue, $0.name, $0.description) })
  }

  private init?(_ option: ACP.SessionConfigOption) {
    let id = option.id.rawValue
    let category = option.category.map(Self.category)
    switch option.currentValue {
    case .choice(let value):
      // What is grouped is for the eye.
      let choices = (option.options ?? []).flatMap { $0.options ?? [$0] }.compactMap { choice in
        choice.value.map { Choice($0, choice.name, choice.description) }
      }
      self.init(
        id: id, name: Self.cut(option.name), description: option.description.map(Self.cut), category: category,
        value: value, choices: choices)
    case .boolean(let isOn):
      self.init(
        id: id, name: Self.cut(option.name), description: option.description.map(Self.cut), category: category,
        kind: .toggle, value: isOn ? "on" : "off", choices: Self.toggles)
    case .other: return nil
    }
  }

  /// What it is about, in SAM's word where there is one. (Vibe 3 says `thinking` for what ACP calls `thought_level`.)
  private static func category(_ category: ACP.SessionConfigCategory) -> String {
    switch category {
    case .mode: mode
    case .model: model
    case .thoughtLevel, .init(rawValue: "thinking"): effort
    default: category.rawValue
    }
  }

  fileprivate static func cut(_ text: String) -> String { text.count <= 200 ? text : text.prefix(199) + "…" }
}

extension AgentSetting.Choice {
  fileprivate init(_ value: String, _ name: String, _ description: String?) {
    self.init(value: value, name: AgentSetting.cut(name), description: description.map(AgentSetting.cut))
  }
}
