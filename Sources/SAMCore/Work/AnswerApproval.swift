// SPDX-License-Identifier: Apache-2.0

/// Somebody answers what an agent asked. The first valid answer counts; a later one is told so.
public struct AnswerApproval: Command {
  /// The stable name.
  public static let name = "approval.answer"
  /// Which.
  public var approval: ApprovalID
  /// The id of one of its options.
  public var option: String

  /// - Parameters: as the properties of the same names.
  public init(approval: ApprovalID, option: String) {
    self.approval = approval
    self.option = option
  }

  /// Records the answer and owes it to the agent.
  public func decide(in decision: inout Decision) throws -> Approval {
    let current = try decision.get(Approval.self, approval)
    guard decision.actor.kind != .agent else {
      throw Rejection(.invalid, "an agent cannot answer approvals; a person must")
    }
    guard current.state == .asked else {
      throw Rejection(
        .alreadyAnswered, "approval '\(approval)' is \(current.state.rawValue) already; your answer was not used")
    }
    guard current.options.contains(where: { $0.id == option }) else {
      let known = current.options.map { "'\($0.id)'" }.joined(separator: ", ")
      throw Rejection(.invalid, "'\(option)' is no option of approval '\(approval)'; choose one of \(known)")
    }
    return try Approvals.answer(current, with: option, by: decision.actor, &decision)
  }
}

/// How approvals are answered.
enum Approvals {
  static func answer(
    _ approval: Approval, with option: String, by actor: Actor, _ decision: inout Decision
  ) throws -> Approval {
    try Timers.cancel(subject: approval.id.rawValue, &decision)
    let answered = try decision.record(.answered(option: option, by: actor), on: approval.id, as: Approval.self)
    try over(answered, by: actor.id, &decision)
    return answered
  }

  /// Nobody answered in time: that is a no.
  static func expire(_ approval: Approval, _ decision: inout Decision) throws {
    try over(decision.record(.expired, on: approval.id, as: Approval.self), by: nil, &decision)
  }

  /// A question is closed: the agent hears of it, and its task waits for the next one, or goes on.
  private static func over(_ approval: Approval, by: String?, _ decision: inout Decision) throws {
    try decision.say(approval.note(by: by), in: approval.session, turn: approval.turn)
    decision.owe(.answerApproval(approval.id), lane: "\(approval.session)/approvals", subject: approval.id.rawValue)
    let session = try decision.get(Session.self, approval.session)
    let open = StateQuery(
      Approval.kind, statuses: [ApprovalState.asked.rawValue], parent: session.id.rawValue, limit: 10)
    let next = try decision.all(Approval.self, open).first { $0.state == .asked }
    if let next {
      try TaskProgress.ask(session, next.id, &decision)
    } else {
      try TaskProgress.answered(session, &decision)
    }
  }

  /// How long a question stays open.
  static let patience = Duration.seconds(24 * 3600)

  /// What a policy answers by itself; nil = a human is asked.
  static func automatic(_ policy: ApprovalPolicy, _ options: [ApprovalOption]) -> String? {
    switch policy {
    case .ask: nil
    case .allow: options.first { $0.kind == "allow_once" }?.id
    case .deny: options.first { $0.kind == "reject_once" }?.id
    }
  }
}
