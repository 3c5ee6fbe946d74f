// SPDX-License-Identifier: Apache-2.0

/// How what a person chose and what the agent says of its settings come together. What was set last holds: by a person, or
/// by the agent itself.
enum SettingChoices {
  /// How many settings of an agent that is not known yet can be chosen.
  static let limit = 32

  /// Takes a choice. While nobody knows what the agent offers it is taken as named, and looked at when the agent is there.
  static func choose(
    _ setting: String, _ value: String, in session: Session, by: String?, _ decision: inout Decision
  ) throws -> Session {
    var (id, value) = (setting, value)
    if let offered = session.offered {
      let known = try offered.find(setting)
      (id, value) = (known.id, try known.value(for: value))
    } else {
      try check([id: value])
    }
    let chosen = session.chosen ?? [:]
    guard chosen[id] != value else { return session }
    guard chosen[id] != nil || chosen.count < limit else {
      throw Rejection(.invalid, "\(limit) settings are chosen already; wait until the agent has said which it has")
    }
    // What was chosen by another name of the same setting is over.
    for other in chosen.keys.sorted() where other != id && session.offered?.named(other)?.id == id {
      try decision.record(.choiceDropped(setting: other), on: session.id, as: Session.self)
    }
    let changed = try decision.record(.settingChosen(setting: id, value: value), on: session.id, as: Session.self)
    try decision.say(.settings(SettingsNote([.init(setting: id, value: value)], by: by)), in: session.id)
    return changed
  }

  /// Checks choices of which nobody knows yet whether the agent has them.
  static func check(_ choices: [String: String]) throws {
    for (setting, value) in choices.sorted(by: { $0.key < $1.key }) {
      guard isWord(setting), isWord(value) else {
        throw Rejection(
          .invalid, "a setting and its value have 1 to 200 bytes and no control characters; '\(setting)' does not")
      }
    }
    guard choices.count <= limit else {
      throw Rejection(.invalid, "at most \(limit) settings can be chosen; leave some out")
    }
  }

  private static func isWord(_ text: String) -> Bool {
    (1...200).contains(text.utf8.count) && text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
  }

  /// The agent says what it offers, and what holds.
  /// - Parameters:
  ///   - told: which choices it had been told by then.
  ///   - isAtStart: whether it works on nothing yet.
  static func report(
    _ offered: [AgentSetting], told: [String: String], isAtStart: Bool, in id: SessionID, _ decision: inout Decision
  ) throws {
    let session = try decision.get(Session.self, id)
    if isAtStart, session.chosen == nil { try note(offered, for: session, &decision) }
    guard session.offered != offered else { return }
    let before = session.offered ?? []
    let chosen = session.chosen ?? [:]
    for (name, value) in chosen.sorted(by: { $0.key < $1.key }) where told[name] == value {
      // It held, and the agent has changed it itself: who is put back into a plan that was agreed to plans for ever.
      guard before.named(name)?.value == value, let now = offered.named(name), now.value != value else { continue }
      try decision.record(.choiceDropped(setting: name), on: id, as: Session.self)
    }
    try decision.record(.settingsOffered(offered), on: id, as: Session.self)
    let changes = offered.compactMap { setting -> SettingsNote.Change? in
      guard let old = before.first(where: { $0.id == setting.id }), old.value != setting.value else { return nil }
      // What a person chose was said when it was chosen.
      let isChosen = chosen.contains { offered.named($0.key)?.id == setting.id && $0.value == setting.value }
      return isChosen ? nil : .init(setting: setting.id, value: setting.value)
    }
    try decision.say(.settings(SettingsNote(changes)), in: id)
  }

  /// What a conversation with an agent shows in which nobody has chosen anything holds for the next one too.
  private static func note(_ offered: [AgentSetting], for session: Session, _ decision: inout Decision) throws {
    guard let profile = try decision.find(Profile.self, session.profile), profile.launch == session.launch,
      profile.offered != offered
    else { return }
    try decision.record(.offered(offered), on: profile.id, as: Profile.self)
  }

  /// The agent does not have or take what was chosen: people are told, and it is not tried again.
  static func refuse(_ refused: RefusedSetting, in id: SessionID, _ decision: inout Decision) throws {
    let session = try decision.get(Session.self, id)
    if session.chosen?[refused.setting] == refused.value {
      try decision.record(.choiceDropped(setting: refused.setting), on: id, as: Session.self)
    }
    try decision.say(
      .notice(Notice(.warning, "'\(refused.setting)' was not set to '\(refused.value)': \(refused.reason)")), in: id)
    try decision.say(.settings(SettingsNote()), in: id)
  }
}
