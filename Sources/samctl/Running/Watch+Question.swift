// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// The question at the end of the screen.
extension Watch {
  /// Does something with the question out of the way.
  mutating func around(_ actions: [Action]) -> [Action] {
    hideQuestion() + closing() + actions + showQuestion()
  }

  mutating func closing() -> [Action] {
    let end = mode.isJSON ? "" : renderer.closeLine()
    return end.isEmpty ? [] : [.write(end)]
  }

  mutating func hideQuestion() -> [Action] {
    guard isQuestionShown else { return [] }
    isQuestionShown = false
    return [.write(style.isColored ? "\r\u{1B}[K" : "\n")]
  }

  mutating func showQuestion() -> [Action] {
    guard let question, !isQuestionShown else { return [] }
    isQuestionShown = true
    var text = renderer.closeLine()
    switch question {
    case .cancelOrDetach: text += "\nCancel the task or detach? [c/d] "
    case .approval(let id):
      guard let note = open[id] else { return [] }
      if lastShown != id {
        text += ApprovalText.question(note, style).joined(separator: "\n") + "\n"
        lastShown = id
      }
      text += "Your answer (1-\(ApprovalText.replies(note.options, note.form).count)): "
    }
    return [.write(text)]
  }
}
