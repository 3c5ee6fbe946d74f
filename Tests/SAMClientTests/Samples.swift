// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore

enum Samples {
  static let session = SessionID(trusted: "session_1")
  static let task = TaskID(trusted: "task_1")
  static let owner = UserID(trusted: "user_1")
  static let at = Timestamp(milliseconds: 1_770_091_445_678)

  static func item(_ seq: Int64, session: SessionID = session) -> EntryItem {
    let entry = Entry(
      session: session, seq: seq, epoch: 1, turn: TurnID(trusted: "turn_1"), at: at, body: .agent(TextBlock("\(seq)")))
    return EntryItem(cursor: Cursor(session: session, seq: seq), entry: EntryView(entry))
  }

  static func items(_ range: ClosedRange<Int64>) -> [EntryItem] { range.map { item($0) } }

  static func project() throws -> ProjectView {
    ProjectView(
      try Project(
        first: .added(name: "shop", repository: "/src/shop", defaultBranch: nil, owner: owner),
        id: ProjectID(trusted: "project_1"), at: at))
  }

  static func taskView() throws -> TaskView {
    TaskView(
      try SAMTask(
        first: .created(
          title: "Fix it", prompt: "Fix it", project: ProjectID(trusted: "project_1"),
          profile: ProfileID(trusted: "profile_1"), owner: owner, parent: nil, root: task, depth: 0), id: task, at: at),
      agent: "demo")
  }
}
