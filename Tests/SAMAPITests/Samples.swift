// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMRPC
import SAMRPC

/// States as commands would make them, with fixed ids and times.
enum Samples {
  static let at = Timestamp(milliseconds: 1_770_091_445_006)
  static let later = Timestamp(milliseconds: 1_770_091_505_000)
  static let project = ProjectID(trusted: "project_01")
  static let profile = ProfileID(trusted: "profile_01")
  static let task = TaskID(trusted: "task_01")
  static let session = SessionID(trusted: "session_01")
  static let turn = TurnID(trusted: "turn_01")
  static let approval = ApprovalID(trusted: "approval_01")
  static let machine = MachineID(trusted: "machine_01")
  static let workspace = WorkspaceID(trusted: "workspace_01")
  static let owner = UserID(trusted: "user_owner")

  static let launch = AgentLaunch(
    command: "agent", arguments: ["--acp"], environment: ["LANG": "C", "A": "hidden"],
    secrets: ["API_KEY": "agent-key", "OTHER": "agent-key"], echoesPrompts: true, mode: "code")

  static func fold<A: Aggregate>(_ id: A.ID, _ events: [A.Event], as type: A.Type = A.self) throws -> A {
    var state: A?
    for (index, event) in events.enumerated() {
      if state == nil {
        state = try A(first: event, id: id, at: at)
      } else {
        try state?.apply(event, at: index == events.count - 1 ? later : at)
      }
    }
    guard let state else { throw Rejection(.invalid, "no events") }
    return state
  }

  static func task(_ more: [SAMTask.Event]) throws -> SAMTask {
    try fold(
      task,
      [
        .created(
          title: "Do", prompt: "Do it", project: project, profile: profile, owner: owner, parent: nil, root: task,
          depth: 0), .readied, .queued,
        .started(session: session, workspace: workspace, machine: machine, branch: "sam/do-1"),
      ] + more)
  }

  static func session(_ more: [Session.Event]) throws -> Session {
    try fold(
      session,
      [
        .opened(
          task: task, project: project, profile: profile, launch: launch, approvals: .ask, machine: machine,
          workspace: workspace, title: "Do", owner: owner)
      ] + more)
  }

  static func entry(_ body: EntryBody) -> Entry {
    Entry(session: session, seq: 7, epoch: 2, turn: turn, at: at, body: body, raw: ["a": 1])
  }
}
