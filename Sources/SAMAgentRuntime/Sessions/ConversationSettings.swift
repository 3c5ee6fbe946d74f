// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMCore
internal import SAMRPC
internal import Synchronization

/// What can be set in an agent's conversation, over ACP: what it offers, what holds, and how that is changed.
///
/// Options supersede modes: an agent that offers its mode both ways is told by the option.
final class ConversationSettings: Sendable {
  private struct State {
    var modes: ACP.SessionModeState?
    var options: [ACP.SessionConfigOption] = []
    /// Something is being set: what the agent says meanwhile is told when that is done.
    var isSetting = true
    /// What was told last.
    var told: [AgentSetting]?
  }

  private let launch: AgentLaunch
  private let tell: @Sendable ([AgentSetting]) -> Void
  private let state = Mutex(State())

  /// - Parameters:
  ///   - launch: the agent's definition, which may choose the mode, the model and the effort.
  ///   - tell: hears what can be set and what holds, when that has changed.
  init(_ launch: AgentLaunch, tell: @escaping @Sendable ([AgentSetting]) -> Void = { _ in }) {
    self.launch = launch
    self.tell = tell
  }

  private var all: [AgentSetting] { state.withLock { AgentSetting.all($0.modes, $0.options) } }

  /// A conversation is open: sets what the agent's definition chooses, and over it what people chose.
  /// - Parameters:
  ///   - modes: What the agent said of its modes when it opened the conversation.
  ///   - options: The same of its options.
  ///   - chosen: What people chose, by setting.
  /// - Returns: What of that the agent does not have or take.
  /// - Throws: ``RuntimeError`` with `agent_unusable` when the agent has no such option as its definition chooses; what the
  ///   agent answers to that.
  func open(
    _ connection: ClientConnection, _ id: ACP.SessionID, _ modes: ACP.SessionModeState?,
    _ options: [ACP.SessionConfigOption]?, chosen: [String: String] = [:]
  ) async throws -> [RefusedSetting] {
    state.withLock { ($0.modes, $0.options, $0.isSetting) = (modes, options ?? [], true) }
    // What may be chosen for the effort can depend on the model.
    for (category, value) in [
      (AgentSetting.mode, launch.mode), (AgentSetting.model, launch.model), (AgentSetting.effort, launch.effort),
    ] {
      guard let value else { continue }
      let setting = all.named(category)
      if let setting, chosen.keys.contains(where: { all.named($0)?.id == setting.id }) { continue }
      if let setting {
        if setting.value != value { try await set(setting, to: value, connection, id) }
      } else if category == AgentSetting.mode {
        // Some do not tell which modes they have.
        _ = try await connection.setMode(.init(sessionID: id, modeID: .init(rawValue: value)))
      } else {
        throw RuntimeError(
          .agent,
          "The agent offers no choice of the \(category) over ACP. Define it without --\(category), and choose in its own "
            + "way: by a variable (--env) or an argument.")
      }
    }
    return try await choose(chosen, connection, id)
  }

  /// Sets what people chose, where it does not hold already.
  /// - Returns: What the agent does not have or take.
  /// - Throws: What ends the connection.
  func choose(
    _ chosen: [String: String], _ connection: ClientConnection, _ id: ACP.SessionID
  ) async throws -> [RefusedSetting] {
    state.withLock { $0.isSetting = true }
    var refused: [RefusedSetting] = []
    // The model first: what else there is can depend on it.
    let sorted = chosen.sorted { $0.key < $1.key }
    for (name, word) in sorted.filter({ $0.key == AgentSetting.model })
      + sorted.filter({ $0.key != AgentSetting.model })
    {
      do { try await choose(name, word, connection, id) } catch let error as Rejection {
        refused.append(RefusedSetting(setting: name, value: word, reason: error.message))
      }
    }
    return refused
  }

  /// Sets one thing.
  /// - Throws: ``Rejection`` that says why the agent does not have or take it, and what holds instead; what ends the
  ///   connection.
  private func choose(
    _ name: String, _ word: String, _ connection: ClientConnection, _ id: ACP.SessionID
  ) async throws {
    let setting = try all.find(name)
    do {
      let value = try setting.value(for: word)
      if setting.value != value { try await set(setting, to: value, connection, id) }
    } catch let error as Rejection {
      throw Rejection(error.code, "\(error.message); it stays '\(setting.value)'")
    } catch let error as RPCError {
      throw Rejection(.invalid, "the agent refuses it: \(error.message); it stays '\(setting.value)'")
    } catch let error as ACPError {
      throw Rejection(.invalid, "the agent's answer cannot be understood, and nobody knows what holds: \(error)")
    }
  }

  /// What was to be set is set: tells what holds now, unless it was told so before.
  func settle() {
    state.withLock { $0.isSetting = false }
    tellChanges()
  }

  /// Takes in what the agent says of its settings.
  /// - Returns: whether the update is about them.
  func take(_ update: ACP.SessionUpdate) -> Bool {
    switch update {
    case .currentMode(let update):
      state.withLock { state in
        state.modes?.currentModeID = update.currentModeID
        for index in state.options.indices where state.options[index].category == .mode {
          state.options[index].currentValue = .choice(update.currentModeID.rawValue)
        }
      }
    case .configOptions(let update): state.withLock { $0.options = update.configOptions }
    default: return false
    }
    tellChanges()
    return true
  }

  private func tellChanges() {
    let news = state.withLock { state -> [AgentSetting]? in
      let all = AgentSetting.all(state.modes, state.options)
      guard !state.isSetting, state.told != all else { return nil }
      state.told = all
      return all
    }
    if let news { tell(news) }
  }

  private func set(
    _ setting: AgentSetting, to value: String, _ connection: ClientConnection, _ id: ACP.SessionID
  ) async throws {
    guard state.withLock({ $0.options.contains { $0.id.rawValue == setting.id } }) else {
      _ = try await connection.setMode(.init(sessionID: id, modeID: .init(rawValue: value)))
      return state.withLock { $0.modes?.currentModeID = .init(rawValue: value) }
    }
    let isToggle = setting.kind == .toggle
    let answer = try await connection.setConfigOption(
      .init(
        sessionID: id, configID: .init(rawValue: setting.id),
        value: isToggle ? .boolean(value == "on") : .choice(value), type: isToggle ? .boolean : nil))
    state.withLock { $0.options = answer.configOptions }
  }
}
