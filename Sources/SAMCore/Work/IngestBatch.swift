// SPDX-License-Identifier: Apache-2.0

/// A machine reports: entries go into the transcript, facts are decided upon, all in one transaction.
///
/// Items that were applied before are passed over, so a batch may come twice; a gap or an old epoch is refused.
public struct IngestBatch: Command {
  /// The stable name.
  public static let name = "machine.report"
  /// What is reported.
  public var batch: OutboxBatch

  /// - Parameter batch: what is reported.
  public init(batch: OutboxBatch) { self.batch = batch }

  /// Applies what is new.
  /// - Returns: the sequence through which items are applied.
  public func decide(in decision: inout Decision) throws -> Int64 {
    guard let session = try decision.find(Session.self, batch.session) else {
      // The ledger came out of a backup that is older than the session: nobody waits for what it says.
      throw Rejection(.superseded, "there is no session '\(batch.session)'; what is said in it is refused")
    }
    guard batch.epoch == session.epoch else {
      throw Rejection(
        .superseded, "session '\(session.id)' is in epoch \(session.epoch); what epoch \(batch.epoch) says is refused")
    }
    let position = try decision.stream(session.id)
    var applied = position.epoch == batch.epoch ? position.applied : 0
    for item in batch.items where item.sequence > applied {
      guard item.sequence == applied + 1 else {
        throw Rejection(
          .conflict, "session '\(session.id)' has items through \(applied), not \(item.sequence - 1); send from there")
      }
      try apply(item, in: session.id, &decision)
      applied = item.sequence
    }
    try decision.applied(through: applied, epoch: batch.epoch, of: session.id)
    return applied
  }

  private func apply(_ item: OutboxItem, in session: SessionID, _ decision: inout Decision) throws {
    switch item.content {
    case .entry(let body, let raw):
      try decision.say(body, in: session, turn: item.turn, at: item.at, raw: raw?.value)
    case .started:
      guard let turn = try turn(of: item, in: session, &decision), turn.state == .delivering || turn.state == .delivered
      else {
        return
      }
      try decision.record(.started, on: turn.id, as: Turn.self)
    case .ended(let end):
      guard let turn = try turn(of: item, in: session, &decision), Turn.active.contains(turn.state) else { return }
      try TurnEnding.apply(end, to: turn, &decision)
    case .asked(let id, let title, let tool, let options, let form):
      try ask(id, title: title, tool: tool, options: options, form: form, turn: item.turn, in: session, &decision)
    case .agentGone(let reason):
      try Conversation.voidApprovals(of: session, because: reason, &decision)
    case .silent(let since): try TaskProgress.silent(decision.get(Session.self, session), since: since, &decision)
    case .heard: try TaskProgress.heard(decision.get(Session.self, session), &decision)
    case .settings(let offered, let told):
      try SettingChoices.report(offered, told: told, isAtStart: item.turn == nil, in: session, &decision)
    case .settingRefused(let refused): try SettingChoices.refuse(refused, in: session, &decision)
    }
  }

  /// The turn that an item is about; nil when the session has none of that id.
  private func turn(of item: OutboxItem, in session: SessionID, _ decision: inout Decision) throws -> Turn? {
    guard let id = item.turn, let turn = try decision.find(Turn.self, id), turn.session == session else { return nil }
    return turn
  }

  private func ask(
    _ id: ApprovalID, title: String, tool: ToolActivity?, options: [ApprovalOption], form: ApprovalForm?,
    turn: TurnID?, in session: SessionID, _ decision: inout Decision
  ) throws {
    guard try decision.find(Approval.self, id) == nil else { return }
    let owner = try decision.get(Session.self, session)
    let asked = try decision.record(
      .asked(
        session: session, turn: turn, title: title, tool: tool, options: options, owner: owner.owner,
        project: owner.project, form: form), on: id, as: Approval.self)
    try decision.say(asked.note, in: session, turn: turn)
    let state = try turn.flatMap { try decision.find(Turn.self, $0) }?.state
    if let state, state == .cancelling || !Turn.active.contains(state) {
      try Conversation.void(asked, because: "the turn is \(state.rawValue)", &decision)
    } else if let (option, basis) = try Approvals.automatic(asked, in: owner, &decision) {
      _ = try Approvals.answer(asked, with: option, by: .system, basis: basis, &decision)
    } else {
      Timers.set(.approval(id), after: Approvals.patience, subject: id.rawValue, &decision)
      try TaskProgress.ask(owner, id, &decision)
    }
  }
}
