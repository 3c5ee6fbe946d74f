// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// A task as a person reads it.
enum TaskText {
  static func fields(_ task: TaskView, _ output: Output) -> [(String, String?)] {
    func ago(_ time: APITimestamp) -> String { Moment.relative(time.timestamp, now: output.now()) }
    return [
      ("Task", task.id.rawValue), ("Title", task.title),
      ("State", task.state + (task.cancelRequested && task.endedAt == nil ? " (to be cancelled)" : "")),
      ("Waits for", task.waiting?.text), ("Failure", task.failure), ("Result", task.result.map(result)),
      ("Agent", task.agent), ("Project", task.project.rawValue),
      ("Attempt", task.attempt > 1 ? "\(task.attempt)" : nil), ("Session", task.session?.rawValue),
      ("Branch", task.branch), ("Machine", task.machine?.rawValue), ("Parent", task.parent?.rawValue),
      ("Created", ago(task.createdAt)), ("Ended", task.endedAt.map(ago)), ("Prompt", task.prompt),
      ("Attached", AttachmentText.lines(task.attachments)),
    ]
  }

  private static func result(_ result: TaskResultView) -> String {
    guard let branch = result.branch else { return "no files were changed" }
    let head =
      "branch \(branch), \(result.files) \(result.files == 1 ? "file" : "files"), "
      + "+\(result.insertions) -\(result.deletions)"
    return ([head] + result.commits.map { "\($0.sha.prefix(10))  \($0.subject)" }).joined(separator: "\n")
  }
}
