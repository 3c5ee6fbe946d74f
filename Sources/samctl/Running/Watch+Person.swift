// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// What the person does.
extension Watch {
  mutating func interrupted() -> [Action] {
    guard mode.isInteractive, question != .cancelOrDetach, !cancelSent else { return finish(.detached) }
    let hiding = hideQuestion()
    question = .cancelOrDetach
    return hiding + showQuestion()
  }

  mutating func inputEnded() -> [Action] {
    mode.isInteractive = false
    switch question {
    case .cancelOrDetach: return finish(.detached)
    case .approval(let id):
      let hiding = hideQuestion()
      question = nil
      handled.insert(id)
      return hiding + [.note(ApprovalText.hint(id))]
    case nil: return []
    }
  }

  mutating func typed(_ line: String) -> [Action] {
    // The terminal has moved to the next line already.
    isQuestionShown = false
    switch question {
    case nil: return []
    case .cancelOrDetach: return cancelOrDetach(line.trimmed.lowercased())
    case .approval(let id):
      guard let note = open[id] else {
        question = nil
        return []
      }
      guard !line.trimmed.isEmpty else { return showQuestion() }
      guard let reply = ApprovalText.typed(line, to: note.options, note.form) else {
        let count = ApprovalText.replies(note.options, note.form).count
        let help = note.form?.fields.count == 1 ? note.form?.fields.first.map { ", or \($0.wants)" } ?? "" : ""
        return [.write("Type a number from 1 to \(count), an option's id, 'allow' or 'reject'\(help).\n")]
          + showQuestion()
      }
      question = nil
      handled.insert(id)
      return [.answer(id, option: reply.option.id, values: reply.values)]
    }
  }

  mutating func cancelOrDetach(_ answer: String) -> [Action] {
    question = nil
    switch answer {
    case "c", "cancel":
      cancelSent = true
      return [.write("Cancelling. Ctrl-C once more leaves the task to itself.\n"), .cancelTask]
    case "d", "detach": return finish(.detached)
    default: return [.write("Going on.\n"), .readTask]
    }
  }
}
