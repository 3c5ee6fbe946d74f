// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// Decides what a person sees and what samctl does while a task runs. It does nothing itself: inputs in, actions out.
struct Watch {
  /// How samctl answers an agent's request for permission.
  enum Policy: String, CaseIterable, Sendable {
    case ask, allow, deny
  }
  /// How the watch was asked for.
  struct Mode: Equatable, Sendable {
    /// Whether a person can type answers.
    var isInteractive: Bool
    /// Whether entries are shown as JSON lines.
    var isJSON = false
    /// How approvals are answered.
    var policy = Policy.ask
    /// Whether an approval that nobody here can answer ends the watch.
    var detachesOnWait = false
  }
  /// What happened.
  enum Input {
    case entry(EntryItem)
    case live
    case task(TaskView)
    case line(String)
    case endOfInput
    case interrupt
    /// An answer did not arrive; it may be given again.
    case answerFailed(ApprovalID, String)
    case cancelFailed(String)
    /// The stream is gone, and why; it is tried again.
    case lost(String)
    case resumed
    case reset(String)
  }
  /// What is to be done.
  enum Action: Equatable {
    case write(String)
    case entryLine(EntryItem)
    case note(String)
    case readTask
    case answer(ApprovalID, option: String, values: [String: FormValue]? = nil)
    case cancelTask
    case finish(EndStatus)
  }
  enum Question: Equatable {
    case approval(ApprovalID)
    case cancelOrDetach
  }

  var mode: Mode
  let session: SessionID
  let style: Style
  var renderer: EntryRenderer
  var task: TaskView
  /// The place behind the last entry that was shown.
  var cursor: Cursor?
  var isLive = false
  var isOver = false
  /// Whether the person knows that samd is away.
  var isLossTold = false
  var cancelSent = false
  /// Since when the agent had said nothing when that was told last.
  var silence: APITimestamp?
  var open: [ApprovalID: ApprovalNote] = [:]
  /// Approvals that this watch has dealt with.
  var handled: Set<ApprovalID> = []
  var question: Question?
  var isQuestionShown = false
  /// The approval whose question stands at the end of what is shown.
  var lastShown: ApprovalID?

  init(task: TaskView, session: SessionID, mode: Mode, style: Style) {
    self.task = task
    self.session = session
    self.mode = mode
    self.style = style
    renderer = EntryRenderer(style: style)
  }

  /// Takes what happened and says what to do, in order.
  mutating func on(_ input: Input) -> [Action] {
    if case .entry(let item) = input { return show(item) }
    guard !isOver else { return [] }
    switch input {
    case .entry: return []
    case .live:
      isLive = true
      return [.readTask]
    case .task(let task): return follow(task)
    case .line(let line): return typed(line)
    case .endOfInput: return inputEnded()
    case .interrupt: return interrupted()
    case .answerFailed(let id, let why):
      handled.remove(id)
      return around([.note(why)])
    case .cancelFailed(let why):
      cancelSent = false
      return around([.note(why)])
    case .lost(let why): return connectionLost(why)
    case .resumed: return resumed()
    case .reset(let reason): return remark("Earlier entries are not kept any more: \(reason)")
    }
  }
}
