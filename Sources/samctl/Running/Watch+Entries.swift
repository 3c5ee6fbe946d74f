// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// What is shown.
extension Watch {
  mutating func show(_ item: EntryItem) -> [Action] {
    cursor = item.cursor
    note(item.entry.body)
    var actions: [Action] = mode.isJSON ? [.entryLine(item)] : []
    if !mode.isJSON {
      let hiding = hideQuestion()
      let text = renderer.render(item.entry.body)
      actions = hiding + (text.isEmpty ? [] : [.write(text)])
      if !text.isEmpty { lastShown = nil }
      if case .approval(let note) = item.entry.body, note.state == .asked { lastShown = note.approval }
      actions += showQuestion()
    }
    if isLive, !isOver, mayMoveTask(item.entry.body) { actions.append(.readTask) }
    return actions
  }

  mutating func note(_ body: EntryBody) {
    guard case .approval(let note) = body else { return }
    if note.state == .asked {
      open[note.approval] = note
    } else {
      open[note.approval] = nil
      if question == .approval(note.approval) { question = nil }
    }
  }

  /// Whether the task's state may be another one after an entry; the state itself is not in the transcript.
  func mayMoveTask(_ body: EntryBody) -> Bool {
    switch body {
    case .approval, .work, .notice: true
    case .turn(let note): Turn.table.isFinal(note.state)
    default: false
    }
  }

  /// Says something beside the conversation.
  mutating func remark(_ text: String) -> [Action] { mode.isJSON ? [] : around([.note(text)]) }

  /// A loss is told once, not with each attempt to come back.
  mutating func connectionLost(_ why: String) -> [Action] {
    guard !isLossTold else { return [] }
    isLossTold = true
    return remark("\(why) Trying to come back; Ctrl-C leaves the task to itself.")
  }

  mutating func resumed() -> [Action] {
    defer { isLossTold = false }
    return isLossTold ? remark("samd is there again.") : []
  }
}
