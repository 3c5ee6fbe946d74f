// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import Synchronization

@testable import samctl

enum Samples {
  static let session = SessionID(trusted: "session_1")
  static let taskID = TaskID(trusted: "task_1")
  static let approval = ApprovalID(trusted: "approval_1")
  static let owner = UserID(trusted: "user_1")
  static let at = Timestamp(milliseconds: 1_770_091_445_678)
  static let options = [
    ApprovalOption(id: "yes", name: "Allow once", kind: "allow_once"),
    ApprovalOption(id: "always", name: "Always allow", kind: "allow_always"),
    ApprovalOption(id: "no", name: "Reject", kind: "reject_once"),
  ]

  static func item(_ body: EntryBody, seq: Int64 = 1) -> EntryItem {
    let entry = Entry(session: session, seq: seq, epoch: 1, turn: nil, at: at, body: body)
    return EntryItem(cursor: Cursor(session: session, seq: seq), entry: EntryView(entry))
  }

  static func approval(_ state: ApprovalState, id: ApprovalID = approval, chosen: String? = nil) -> EntryBody {
    .approval(
      ApprovalNote(
        approval: id, state: state, title: "Run make", options: state == .asked ? options : [], chosen: chosen,
        by: chosen == nil ? nil : "user_1"))
  }

  /// A task in the state to which events lead.
  static func task(_ later: SAMTask.Event...) throws -> TaskView {
    var task = try SAMTask(
      first: .created(
        title: "Fix it", prompt: "Fix it", project: ProjectID(trusted: "project_1"),
        profile: ProfileID(trusted: "profile_1"), owner: owner, parent: nil, root: taskID, depth: 0), id: taskID, at: at
    )
    let begun: [SAMTask.Event] = [
      .readied, .queued,
      .started(
        session: session, workspace: WorkspaceID(trusted: "workspace_1"), machine: MachineID(trusted: "machine_1"),
        branch: "sam/fix-it"), .running,
    ]
    for event in begun + later { try task.apply(event, at: at) }
    return TaskView(task, agent: "demo")
  }
}

/// What a command wrote.
final class Written: Sendable {
  private let state = Mutex<(out: String, err: String)>(("", ""))
  var out: String { state.withLock { $0.out } }
  var err: String { state.withLock { $0.err } }

  func output(isJSON: Bool = false, style: Style = .plain) -> Output {
    Output(
      isJSON: isJSON, style: style, isTerminal: false, now: { Samples.at + .seconds(7200) },
      toStandardOutput: { text in self.state.withLock { $0.out += text } },
      toStandardError: { text in self.state.withLock { $0.err += text } })
  }
}
