// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// The words at the end of a watch.
enum WatchText {
  /// What came of the task, in one or two lines.
  static func summary(_ task: TaskView, _ status: EndStatus, session: SessionID, _ style: Style) -> [String] {
    switch status {
    case .completed: [style(.green, "✓") + " Task completed\(outcome(task))"]
    case .failed:
      [
        style(.red, "✗") + " Task failed: \(SafeText.line(task.failure ?? "no reason was given", limit: 1000))",
        "  Try it again from the start: samctl task retry \(task.id)",
      ]
    case .cancelled: ["– Task cancelled. What was done so far stays in its workspace."]
    case .waits: waits(task, session)
    default:
      [
        "The task goes on. Follow it again: samctl session attach \(session)",
        "End it: samctl task cancel \(task.id)",
      ]
    }
  }

  private static func outcome(_ task: TaskView) -> String {
    guard let result = task.result, let branch = result.branch else { return "; no files were changed." }
    let files = "\(result.files) \(result.files == 1 ? "file" : "files")"
    return ": branch \(SafeText.line(branch)), \(files), +\(result.insertions) -\(result.deletions)"
  }

  private static func waits(_ task: TaskView, _ session: SessionID) -> [String] {
    let follow = "  Then follow it again: samctl session attach \(session)"
    let why = SafeText.line(task.waiting?.text ?? "it needs a person", limit: 1000)
    if let approval = task.waiting?.approval {
      return ["The task waits for an answer: \(why)", "  \(ApprovalText.hint(approval))", follow]
    }
    return ["The task waits for you: \(why)", "  Go on with: samctl session say \(session) \"…\"", follow]
  }
}
