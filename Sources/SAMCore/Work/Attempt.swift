// SPDX-License-Identifier: Apache-2.0

/// The beginning of a task's attempt: a machine, a session, a workspace of its own, and the first turn.
enum Attempt {
  static func begin(_ id: TaskID, on machine: Machine, in decision: inout Decision) throws -> SAMTask {
    let task = try decision.get(SAMTask.self, id)
    let project = try decision.get(Project.self, task.project)
    let profile = try decision.get(Profile.self, task.profile)
    let session = decision.newID(SessionID.self)
    let workspace = decision.newID(WorkspaceID.self)
    var branch = Workspace.branch(title: task.title, task: id)
    if task.attempt > 1 { branch += "-\(task.attempt)" }
    try decision.record(
      .requested(
        project: project.id, session: session, machine: machine.id, repository: project.repository,
        baseBranch: project.defaultBranch, branch: branch, owner: task.owner), on: workspace, as: Workspace.self)
    try decision.record(
      .opened(
        task: id, project: project.id, profile: profile.id, launch: profile.launch, approvals: profile.approvals,
        machine: machine.id, workspace: workspace, title: task.title, owner: task.owner), on: session,
      as: Session.self)
    try decision.applied(through: 0, epoch: 1, of: session)
    for (setting, value) in (task.chosen ?? [:]).sorted(by: { $0.key < $1.key }) {
      let state = try decision.get(Session.self, session)
      _ = try SettingChoices.choose(setting, value, in: state, by: nil, &decision)
    }
    let started = try decision.record(
      .started(session: session, workspace: workspace, machine: machine.id, branch: branch), on: id, as: SAMTask.self)
    decision.owe(.prepareWorkspace(workspace), lane: session.rawValue, subject: workspace.rawValue)
    if machine.isProvided {
      try decision.record(.took(session), on: machine.id, as: Machine.self)
      try Occupancy.wake(machine.id, &decision)
    }
    _ = try Conversation.queue(task.prompt, task.attachments, supersedes: nil, in: session, &decision)
    return started
  }
}
