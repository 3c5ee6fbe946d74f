// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Whoever reads a transcript sees what was said and what becomes of it, what is asked, and what was chosen.
extension I18Fit {
  /// What is to stand in the transcript with a fact that is recorded.
  func announced(_ event: EventRecord, _ changes: Changes, _ reader: SimReader) throws -> [String] {
    let turn = TurnID(trusted: event.aggregate.id)
    switch event.type {
    case "turn.dispatched":
      let text = try reader.load(Turn.self, turn).text
      return Self.shows(changes, "what \(turn) says") { entry in
        if case .user(let block) = entry.body { entry.turn == turn && block.text == text } else { false }
      }
    case let type where Self.states[type] != nil:
      return Self.shows(changes, "that \(type) of \(turn)") { entry in
        if case .turn(let note) = entry.body { entry.turn == turn && note.state == Self.states[type] } else { false }
      }
    case "approval.asked":
      return Self.shows(changes, "that \(event.aggregate.id) is asked") { entry in
        if case .approval(let note) = entry.body { note.approval.rawValue == event.aggregate.id } else { false }
      }
    case "session.settingChosen":
      guard case .settingChosen(let setting, let value) = try StateCoding.event(event, of: Session.self) else { break }
      return Self.shows(changes, "that '\(setting)' is to be '\(value)'") { entry in
        if case .settings(let note) = entry.body {
          note.changes == [.init(setting: setting, value: value)]
        } else {
          false
        }
      }
    default: break
    }
    return []
  }

  private static let states: [String: TurnState] = [
    "turn.cancelRequested": .cancelling, "turn.finished": .finished, "turn.failed": .failed,
    "turn.interrupted": .interrupted, "turn.lost": .ambiguous, "turn.cancelled": .cancelled,
  ]

  private static func shows(_ changes: Changes, _ what: String, _ isIt: (Entry) -> Bool) -> [String] {
    changes.entries.contains(where: isIt) ? [] : ["nobody is told \(what)"]
  }

  /// What becomes of work that nobody would look for is said where it was done.
  func told(_ event: EventRecord, _ changes: Changes, _ reader: SimReader) throws -> [String] {
    let workspace = try reader.load(Workspace.self, WorkspaceID(trusted: event.aggregate.id))
    switch try StateCoding.event(event, of: Workspace.self) {
    // Who cancels a task knows.
    case .failed where changes.events.contains { $0.type == "task.cancelled" }: return []
    case .failed(let reason), .unsavable(let reason): return tells(changes, workspace.session, reason)
    default: return []
    }
  }

  func tells(_ changes: Changes, _ session: SessionID, _ words: String) -> [String] {
    Self.shows(changes, "in \(session): \(words)") { entry in
      guard entry.session == session, case .notice(let notice) = entry.body else { return false }
      return notice.text.contains(words)
    }
  }
}
