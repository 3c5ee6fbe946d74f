// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMRPC
import SAMStorage

/// A store as it is after years: finished tasks, each with a session, a turn and a transcript.
struct LargeStore {
  /// How many sessions.
  var sessions: Int
  /// How many entries each has.
  var entriesPerSession: Int
  /// How many entries there are.
  var entries: Int { sessions * entriesPerSession }

  private static let begin = Timestamp(milliseconds: 1_700_000_000_000)
  private static let sessionsPerCommit = 20
  private let ids = IDSource()

  /// - Parameters: as the properties of the same names.
  init(sessions: Int, entriesPerSession: Int) {
    self.sessions = sessions
    self.entriesPerSession = entriesPerSession
  }

  /// Writes everything into a store that is not open elsewhere.
  func write(to directory: String) async throws {
    let store = try SQLiteStore(directory: directory)
    var next = 0
    while next < sessions {
      let last = min(next + Self.sessionsPerCommit, sessions)
      var changes = Changes()
      for number in next..<last { try add(number, to: &changes) }
      let group = changes
      try await store.transact { _ in (group, ()) }
      next = last
    }
    try store.close()
  }

  private func add(_ number: Int, to changes: inout Changes) throws {
    let now = Self.begin + .seconds(number)
    let owner = UserID(trusted: Actor.owner.id)
    let (session, task, turn): (SessionID, TaskID, TurnID) = (
      ids.next(now: now), ids.next(now: now), ids.next(now: now)
    )
    let (project, profile) = (ProjectID(trusted: "project_bench"), ProfileID(trusted: "profile_bench"))
    let (workspace, machine): (WorkspaceID, MachineID) = (ids.next(now: now), MachineID(trusted: "machine_local"))
    let prompt = "Make the failing test of module \(number) pass, and say what was wrong with it."
    try live(
      SAMTask.self, task,
      [
        .created(
          title: prompt, prompt: prompt, project: project, profile: profile, owner: owner, parent: nil, root: task,
          depth: 0),
        .readied, .queued, .started(session: session, workspace: workspace, machine: machine, branch: "sam/\(number)"),
        .running, .completed(TaskResult(branch: "sam/\(number)", files: 2, insertions: 12, deletions: 3)),
      ], now, &changes)
    try live(
      Session.self, session,
      [
        .opened(
          task: task, project: project, profile: profile, launch: AgentLaunch(command: "agent"), approvals: .ask,
          machine: machine, workspace: workspace, title: prompt, owner: owner),
        .turnQueued(turn), .prepared, .turnActivated(turn), .turnOver(turn),
      ], now, &changes)
    try live(
      Turn.self, turn,
      [
        .queued(session: session, number: 1, text: prompt, supersedes: nil, owner: owner, project: project),
        .dispatched, .delivered, .started, .finished(stopReason: "end_turn"),
      ], now, &changes)
    for seq in 1...entriesPerSession {
      let text = "Line \(seq): the quick brown fox jumps over the lazy dog, and then writes a test that proves it."
      changes.entries.append(
        Entry(
          session: session, seq: Int64(seq), epoch: 1, turn: turn, at: now + .milliseconds(seq * 50),
          body: seq == 1 ? .user(TextBlock(prompt)) : .agent(TextBlock(text))))
    }
    let last = Int64(entriesPerSession)
    changes.streams[session] = StreamPosition(last: last, epoch: 1, applied: last)
  }

  /// Adds one aggregate's whole life: its facts and what they fold to.
  private func live<A: Aggregate>(
    _ type: A.Type, _ id: A.ID, _ events: [A.Event], _ now: Timestamp, _ changes: inout Changes
  ) throws {
    var state = try A(first: events[0], id: id, at: now)
    for (index, event) in events.enumerated() {
      if index > 0 { try state.apply(event, at: now) }
      // An event is stored as its case's name and what that carries.
      guard case .object(let object) = try JSONValue(parsing: StateCoding.encode(event)),
        let (name, payload) = object.elements.first
      else { throw BenchFailure("an event of \(A.kind) is no object") }
      changes.events.append(
        EventRecord(
          aggregate: A.key(id), sequence: Int64(index + 1), type: "\(A.kind).\(name)", at: now, actor: .owner,
          payload: payload))
    }
    changes.states.append(
      StateRow(
        key: A.key(id), version: Int64(events.count), index: state.index, createdAt: now, updatedAt: now,
        body: try StateCoding.encode(state)))
  }
}
