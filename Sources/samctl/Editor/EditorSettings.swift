// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMAPI
internal import SAMCore
internal import SAMRPC

/// What a session lets an editor's person set, as ACP has it: what the machine's side reads from an agent, told again.
struct EditorSettings: Equatable {
  /// What is known of each; nothing that nobody knows the values of.
  private(set) var all: [SettingView] = []
  /// Whether the editor can show what is on or off.
  let showsToggles: Bool

  /// - Parameters:
  ///   - settings: what there is; nil = nobody knows.
  ///   - client: what the editor can show.
  init(_ settings: [SettingView]?, for client: ACP.ClientCapabilities) {
    all = (settings ?? []).filter { $0.kind != nil }
    showsToggles = client.session?.configOptions?.boolean != nil
  }

  private var mode: SettingView? { all.first { $0.category == AgentSetting.mode && $0.kind == "choice" } }

  /// The modes; nil when there are none, or nobody knows.
  var modes: ACP.SessionModeState? {
    mode.map { mode in
      ACP.SessionModeState(
        currentModeID: .init(rawValue: mode.current),
        availableModes: mode.choices.map {
          .init(id: .init(rawValue: $0.value), name: $0.name, description: $0.description)
        })
    }
  }

  /// All of it; nil when nobody knows.
  var options: [ACP.SessionConfigOption]? { all.isEmpty ? nil : all.compactMap(option) }

  /// What an editor is told when it has changed.
  var updates: [ACP.SessionUpdate] {
    let mode = modes.map { ACP.SessionUpdate.currentMode(.init(currentModeID: $0.currentModeID)) }
    return [mode, options.map { .configOptions(.init(configOptions: $0)) }].compactMap(\.self)
  }

  /// The name of the setting that is the mode.
  var modeName: String { mode?.id ?? AgentSetting.mode }

  private func option(_ setting: SettingView) -> ACP.SessionConfigOption? {
    let category = setting.category.map {
      $0 == AgentSetting.effort ? .thoughtLevel : ACP.SessionConfigCategory(rawValue: $0)
    }
    let isToggle = setting.kind == "toggle"
    guard !isToggle || showsToggles else { return nil }
    return ACP.SessionConfigOption(
      id: .init(rawValue: setting.id), name: setting.name, type: isToggle ? .boolean : .select,
      currentValue: isToggle ? .boolean(setting.current == "on") : .choice(setting.current),
      options: isToggle
        ? nil : setting.choices.map { .init(name: $0.name, value: $0.value, description: $0.description) },
      description: setting.description, category: category)
  }

  /// Takes a choice for a session that has not begun.
  /// - Throws: `RPCError` that says what there is, when it is known.
  mutating func choose(_ name: String, _ value: String) throws {
    guard !all.isEmpty else { return }
    guard let index = all.firstIndex(where: { $0.id == name }) else {
      throw RPCError(
        .invalidParams, "The agent has no setting '\(name)'; it has \(all.map(\.id).joined(separator: ", ")).")
    }
    let values = all[index].choices.map(\.value)
    guard values.contains(value) else {
      throw RPCError(.invalidParams, "'\(name)' cannot be '\(value)'; there is \(values.joined(separator: ", ")).")
    }
    all[index].next = value == all[index].value ? nil : value
  }
}

extension SettingView {
  /// What holds for the next prompt.
  fileprivate var current: String { next ?? value ?? "" }
}
