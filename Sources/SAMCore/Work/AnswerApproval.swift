// SPDX-License-Identifier: Apache-2.0

/// Somebody answers what an agent asked. The first valid answer counts; a later one is told which that was.
public struct AnswerApproval: Command {
  /// The stable name.
  public static let name = "approval.answer"
  /// Which.
  public var approval: ApprovalID
  /// The id of one of its options.
  public var option: String
  /// How far the answer reaches; nil = this question, or the session when the option is one of the agent's "always".
  public var scope: GrantScope?
  /// What the form is filled with, by the names of its fields; nil = what they hold at first.
  public var values: [String: FormValue]?
  /// The name of the token with which it is answered.
  public var answerer: String?

  /// - Parameters: as the properties of the same names.
  public init(
    approval: ApprovalID, option: String, scope: GrantScope? = nil, values: [String: FormValue]? = nil,
    answerer: String? = nil
  ) {
    self.approval = approval
    self.option = option
    self.scope = scope
    self.values = values
    self.answerer = answerer
  }

  /// Records the answer and owes it to the agent.
  ///
  /// An answer that is to stand is kept as a grant of SAM's, and the agent is told "once": so it can be revoked. Only where
  /// the question does not say what it is about, or the agent offers no "once", the agent's own "always" is passed on.
  public func decide(in decision: inout Decision) throws -> Approval {
    let current = try decision.get(Approval.self, approval)
    guard decision.actor.kind != .agent else {
      throw Rejection(.invalid, "an agent cannot answer approvals; a person must")
    }
    guard current.state == .asked else {
      throw Rejection(.alreadyAnswered, "approval '\(approval)' \(current.outcome); your answer was not used")
    }
    guard let chosen = current.options.first(where: { $0.id == option }) else {
      let known = current.options.map { "'\($0.id)'" }.joined(separator: ", ")
      throw Rejection(.invalid, "'\(option)' is no option of approval '\(approval)'; choose one of \(known)")
    }
    if let form = current.form, chosen.action == .allow, scope == nil {
      let filled = try form.filled(with: values ?? [:])
      return try Approvals.answer(
        current, with: option, by: decision.actor, name: answerer, values: filled, &decision)
    }
    guard values == nil || current.form != nil else {
      throw Rejection(.invalid, "approval '\(approval)' has nothing to fill in; answer it with an option alone")
    }
    if scope != nil || chosen.isLasting, let (once, basis) = try Grants.give(current, chosen, self, &decision) {
      return try Approvals.answer(
        current, with: once, by: decision.actor, basis: basis, name: answerer, &decision)
    }
    guard scope == nil else {
      throw Rejection(
        .invalid,
        "approval '\(approval)' does not say which command or file it is about, or cannot be answered once; answer it "
          + "without a scope")
    }
    return try Approvals.answer(current, with: option, by: decision.actor, name: answerer, &decision)
  }
}

/// How approvals are answered.
enum Approvals {
  static func answer(
    _ approval: Approval, with option: String, by actor: Actor, basis: AnswerBasis? = nil, name: String? = nil,
    values: [String: FormValue]? = nil, _ decision: inout Decision
  ) throws -> Approval {
    try Timers.cancel(subject: approval.id.rawValue, &decision)
    let answered = try decision.record(
      .answered(option: option, by: actor, basis: basis, name: name, values: values), on: approval.id,
      as: Approval.self)
    try over(answered, &decision)
    return answered
  }

  /// Nobody answered in time: that is a no.
  static func expire(_ approval: Approval, _ decision: inout Decision) throws {
    try over(decision.record(.expired, on: approval.id, as: Approval.self), &decision)
  }

  /// A question is closed: the agent hears of it, and its task waits for the next one, or goes on.
  private static func over(_ approval: Approval, _ decision: inout Decision) throws {
    try decision.say(approval.note, in: approval.session, turn: approval.turn)
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

  /// What is answered without a person, and why; nil = a person is asked.
  ///
  /// An option is chosen by its kind and never by its place. Where the agent offers none that counts once, a person decides.
  static func automatic(
    _ approval: Approval, in session: Session, _ decision: inout Decision
  ) throws -> (option: String, basis: AnswerBasis)? {
    let subject = ApprovalSubject(approval.tool)
    let verdict = session.approvals.verdict(on: subject)
    var (action, basis) = (verdict.action, AnswerBasis.rule(verdict.rule))
    if action == .ask, let grant = try Grants.standing(subject, in: session, &decision) {
      (action, basis) = (grant.action, .grant(grant.id))
    }
    // What is to be filled in, nobody can allow beforehand.
    if approval.form != nil, action == .allow { return nil }
    return approval.once(action).map { ($0.id, basis) }
  }
}

/// How answers that stand are given and found.
enum Grants {
  /// Lets an answer stand; nil when it cannot.
  /// - Returns: the option that counts once, and what the answer rests on.
  static func give(
    _ approval: Approval, _ chosen: ApprovalOption, _ answer: AnswerApproval, _ decision: inout Decision
  ) throws -> (once: String, basis: AnswerBasis)? {
    let subject = ApprovalSubject(approval.tool)
    guard subject.isRecognisable, let action = chosen.action, let once = approval.once(action) else { return nil }
    let session = try decision.get(Session.self, approval.session)
    let scope = answer.scope ?? .session
    for known in try all(subject, in: session, &decision) where known.scope == scope {
      if known.action == action { return (once.id, .granting(known.id, scope)) }
      // What is said later counts.
      try decision.record(.revoked(by: decision.actor), on: known.id, as: Grant.self)
    }
    let grant = decision.newID(GrantID.self)
    try decision.record(
      .given(
        action: action, subject: subject, scope: scope, approval: approval.id, session: session.id,
        project: session.project, profile: session.profile, owner: session.owner, by: decision.actor,
        name: answer.answerer), on: grant, as: Grant.self)
    return (once.id, .granting(grant, scope))
  }

  /// The grant that answers a question: one that denies before one that allows.
  static func standing(
    _ subject: ApprovalSubject, in session: Session, _ decision: inout Decision
  ) throws -> Grant? {
    let grants = try all(subject, in: session, &decision)
    return grants.first { $0.action == .deny } ?? grants.first
  }

  /// The active grants for exactly this question, in this conversation and of this agent in this project.
  private static func all(
    _ subject: ApprovalSubject, in session: Session, _ decision: inout Decision
  ) throws -> [Grant] {
    guard subject.isRecognisable else { return [] }
    return try [session.id.rawValue, session.project.rawValue].flatMap { parent in
      try decision.all(
        Grant.self,
        StateQuery(Grant.kind, statuses: [Grant.State.active.rawValue], parent: parent, name: subject.text, limit: 1000)
      )
    }.filter { $0.profile == session.profile && $0.subject.isSame(as: subject) }
  }
}
