// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I19: a prompt is handed to an agent that works as people chose last before the prompt began, or later; but for what the
/// agent does not have, and what it has changed itself since.
struct I19Settings {
  private struct Key: Hashable {
    var session: SessionID
    var setting: String
  }

  /// How many choices were looked at when a prompt was handed over.
  private(set) var count = 0
  /// What was chosen, in order; nil = the agent has changed it itself.
  private var chosen: [Key: [String?]] = [:]
  /// Which choice was the last one when a prompt began.
  private var begun: [TurnID: [Key: Int]] = [:]

  mutating func committed(_ changes: Changes) throws {
    for event in changes.events where event.aggregate.kind == Session.kind {
      let session = SessionID(trusted: event.aggregate.id)
      switch try StateCoding.event(event, of: Session.self) {
      case .settingChosen(let setting, let value):
        chosen[Key(session: session, setting: setting), default: []].append(value)
      case .turnActivated(let turn):
        begun[turn] = chosen.filter { $0.key.session == session }.mapValues { $0.count - 1 }
      default: break
      }
    }
  }

  /// An agent is about to change one of its settings itself.
  mutating func changesItself(_ setting: AgentSetting, in session: SessionID) {
    let key = Key(session: session, setting: setting.id)
    // What was chosen and does not hold yet is still to come.
    if let last = chosen[key]?.last, last == setting.value { chosen[key]?.append(nil) }
  }

  /// A prompt is handed to an agent with these settings.
  mutating func hands(_ turn: TurnID, in session: SessionID, _ settings: [AgentSetting]) -> [String] {
    var wrong: [String] = []
    for (key, index) in begun[turn, default: [:]].sorted(by: { $0.key.setting < $1.key.setting }) {
      guard let setting = settings.first(where: { $0.id == key.setting }) else { continue }
      let may = chosen[key, default: []][index...]
      let isFree = may.contains { value in value == nil || !setting.choices.contains { $0.value == value } }
      if isFree { continue }
      count += 1
      if !may.contains(setting.value) {
        wrong.append(
          "\(turn) was handed over with \(key.setting) \(setting.value), and \(may.map { $0 ?? "" }) was chosen")
      }
    }
    return wrong
  }

  /// The store is another one: what people chose after it was copied nobody knows any more.
  mutating func restored() { (chosen, begun) = ([:], [:]) }
}
