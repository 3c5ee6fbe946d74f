// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// What the task does.
extension Watch {
  mutating func follow(_ task: TaskView) -> [Action] {
    self.task = task
    if let session = task.session, session != self.session {
      return finish(
        .failed, [.note("The task began again in another session. Follow it: samctl session attach \(session)")])
    }
    switch task.knownState {
    case .completed: return finish(.completed)
    case .failed: return finish(.failed)
    case .cancelled: return finish(.cancelled)
    case .waiting where isLive: return waits(task)
    default: return []
    }
  }

  mutating func waits(_ task: TaskView) -> [Action] {
    if task.waiting?.kind == "silent" { return silent(task) }
    // It goes on by itself, and a notice in the conversation has said when.
    if task.waiting?.kind == "quota" { return [] }
    guard task.waiting?.kind == "approval" else { return finish(.waits) }
    guard let id = task.waiting?.approval, let note = open[id], !handled.contains(id) else { return [] }
    let kind: String? =
      switch mode.policy {
      case .ask: nil
      // What must be filled in, nobody can allow beforehand: it is declined, so that the agent goes on.
      case .allow: note.form?.isFilledIn == false ? "reject_once" : "allow_once"
      case .deny: "reject_once"
      }
    if let kind, let option = note.options.first(where: { $0.kind == kind }) {
      handled.insert(id)
      return [.answer(id, option: option.id)]
    }
    if mode.isInteractive {
      guard question == nil else { return [] }
      question = .approval(id)
      return showQuestion()
    }
    handled.insert(id)
    if mode.detachesOnWait { return finish(.waits) }
    return mode.isJSON ? [] : around([.note(ApprovalText.hint(id))])
  }

  /// The agent may go on at any time: it is said, once for each silence, and the watch goes on too.
  private mutating func silent(_ task: TaskView) -> [Action] {
    guard silence != task.waiting?.since else { return [] }
    silence = task.waiting?.since
    return remark(SafeText.line(task.waiting?.text ?? "The agent has said nothing for a while.", limit: 1000))
  }

  mutating func finish(_ status: EndStatus, _ last: [Action] = []) -> [Action] {
    isOver = true
    let end = hideQuestion() + (mode.isJSON ? [] : last)
    question = nil
    return end + [.finish(status)]
  }

  /// What closes the conversation on the screen.
  mutating func close() -> [Action] {
    let end = renderer.closeLine()
    return mode.isJSON || end.isEmpty ? [] : [.write(end)]
  }
}
