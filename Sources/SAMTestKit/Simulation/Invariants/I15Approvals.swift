// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I15: an approval has at most one effective answer, and it is the one that was decided; no grant answers anything but the
/// question it was given for, where it was given, until it is revoked.
struct I15Approvals {
  private(set) var count = 0
  private var answers: [ApprovalID: Int] = [:]
  private var chosen: [ApprovalID: String] = [:]
  private var filled: [ApprovalID: [String: FormValue]] = [:]
  private var bases: [ApprovalID: AnswerBasis] = [:]
  private var forms: Set<ApprovalID> = []
  private var responses: [ApprovalID: Int] = [:]
  private var questions: [ApprovalID: Question] = [:]
  private var grants: [GrantID: Grant.Event] = [:]
  private var revoked: Set<GrantID> = []
  /// Whether there may be grants of which nothing is known.
  private var isRestored = false

  private struct Question {
    var session: SessionID
    var project: ProjectID
    var tool: ToolActivity?
    var subject: ApprovalSubject { ApprovalSubject(tool) }
  }

  /// - Parameter session: finds a session.
  mutating func committed(_ changes: Changes, session: (SessionID) -> Session?) throws -> [String] {
    var wrong = try ruled(changes, session)
    try remember(changes)
    wrong += contradictions()
    for event in changes.events where event.type == "approval.expired" {
      chosen[ApprovalID(trusted: event.aggregate.id)] = "no"
    }
    for event in changes.events where event.type == "approval.answered" {
      let id = ApprovalID(trusted: event.aggregate.id)
      answers[id, default: 0] += 1
      if let count = answers[id], count > 1 { wrong.append("\(id) has \(count) answers") }
      if case .answered(let option, let by, let basis, _, let values) = try StateCoding.event(event, of: Approval.self)
      {
        chosen[id] = option
        filled[id] = values
        bases[id] = basis
        if forms.contains(id), (option == "yes") != (values?.isEmpty == false) {
          wrong.append("the form of \(id) is answered '\(option)' with \(values ?? [:])")
        }
        if case .rule(let rule) = basis, option != (rule.hasSuffix("deny") || rule.hasPrefix("deny") ? "no" : "yes") {
          wrong.append("'\(rule)' answered \(id) with '\(option)'")
        }
        if by == .system, basis == nil { wrong.append("\(id) is answered by nobody") }
        if case .grant(let grant) = basis, !covers(grant, id, option) { wrong.append("\(grant) does not answer \(id)") }
        if case .granting(let grant, _) = basis, grants[grant] == nil, !isRestored {
          wrong.append("\(grant) was given with \(id), and is nowhere")
        }
        if case .granting(let grant, _) = basis, !covers(grant, id, option) {
          wrong.append("\(grant) was given with \(id), and says something else")
        }
      }
    }
    return wrong
  }

  /// Whether policies and grants answered what a person would expect who knows them, and nothing else.
  private mutating func ruled(_ changes: Changes, _ session: (SessionID) -> Session?) throws -> [String] {
    var wrong: [String] = []
    for event in changes.events where event.type == "approval.asked" {
      let id = ApprovalID(trusted: event.aggregate.id)
      guard
        case .asked(let asking, _, _, let tool, _, _, let project, _) = try StateCoding.event(event, of: Approval.self),
        let owner = session(asking)
      else { continue }
      let question = Question(session: asking, project: project, tool: tool)
      let ruled = SimQuestion.answer(owner.approvals, to: tool)
      let expected = ruled ?? standing(question, owner.profile)
      let later = try changes.events.lazy.filter { $0.aggregate == event.aggregate && $0.type != "approval.asked" }
        .map { try StateCoding.event($0, of: Approval.self) }
      var answer: String?
      switch later.first {
      case .answered(let option, _, .rule, _, _) where ruled != nil,
        .answered(let option, _, .grant, _, _) where ruled == nil:
        answer = option
        // A grant that was given before a restore is not known here.
        if ruled == nil, isRestored { continue }
      case .voided: continue
      case nil: answer = nil
      default: answer = "by somebody"
      }
      if answer != expected {
        wrong.append(
          "\(id), \(question.subject.text), was answered '\(answer ?? "nothing")', not '\(expected ?? "nothing")'")
      }
    }
    return wrong
  }

  /// What a grant answers that is known to stand: one that denies before one that allows.
  private func standing(_ question: Question, _ profile: ProfileID) -> String? {
    guard question.subject.isRecognisable else { return nil }
    let actions = grants.compactMap { id, event -> ApprovalAction? in
      guard case .given(let action, let subject, let scope, _, let session, let project, let agent, _, _, _) = event,
        !revoked.contains(id), subject == question.subject, agent == profile
      else { return nil }
      return (scope == .session ? session == question.session : project == question.project) ? action : nil
    }
    return actions.contains(.deny) ? "no" : actions.contains(.allow) ? "yes" : nil
  }

  /// What is said later counts: no two answers stand for one question in one place.
  private func contradictions() -> [String] {
    var standing: [String: GrantID] = [:]
    return grants.sorted { $0.key < $1.key }.compactMap { id, event in
      guard case .given(_, let subject, let scope, _, let session, let project, let agent, _, _, _) = event,
        !revoked.contains(id)
      else { return nil }
      let place = "\(subject.text) of \(agent) in \(scope == .session ? session.rawValue : project.rawValue)"
      let other = standing.updateValue(id, forKey: place)
      return other.map { "\($0) and \(id) both stand for \(place)" }
    }
  }

  private mutating func remember(_ changes: Changes) throws {
    for event in changes.events where event.type == "approval.asked" {
      if case .asked(let session, _, _, let tool, _, _, let project, let form) =
        try StateCoding.event(event, of: Approval.self)
      {
        questions[ApprovalID(trusted: event.aggregate.id)] = Question(session: session, project: project, tool: tool)
        if form != nil { forms.insert(ApprovalID(trusted: event.aggregate.id)) }
      }
    }
    for event in changes.events where event.aggregate.kind == Grant.kind {
      let id = GrantID(trusted: event.aggregate.id)
      switch try StateCoding.event(event, of: Grant.self) {
      case .revoked: revoked.insert(id)
      case let given: grants[id] = given
      }
    }
  }

  /// Whether a grant may answer a question so. What is from before a restore is not known.
  private func covers(_ grant: GrantID, _ approval: ApprovalID, _ option: String) -> Bool {
    guard !revoked.contains(grant) else { return false }
    guard
      case .given(let action, let subject, let scope, _, let session, let project, _, _, _, _) = grants[grant],
      let question = questions[approval]
    else { return true }
    return question.subject == subject && option == (action == .allow ? "yes" : "no")
      && (scope == .session ? question.session == session : question.project == project)
  }

  /// The agent hears an answer; nil = it is cancelled.
  mutating func responded(
    _ approval: ApprovalID, _ option: String?, _ values: [String: FormValue]?, restored: Bool
  ) -> [String] {
    count += 1
    responses[approval, default: 0] += 1
    if let times = responses[approval], times > 1 { return ["the agent heard \(times) answers to \(approval)"] }
    guard let option, !restored else { return [] }
    let expected = chosen[approval]
    guard option == expected else {
      return ["the agent heard '\(option)' to \(approval), decided was '\(expected ?? "nothing")'"]
    }
    return values ?? [:] == filled[approval] ?? [:]
      ? [] : ["the agent heard \(values ?? [:]) to \(approval), filled in was \(filled[approval] ?? [:])"]
  }

  /// Whoever reads a transcript learns what became of each question.
  mutating func atTheEnd(_ reader: SimReader) throws -> [String] {
    var told: [ApprovalID: ApprovalState] = [:]
    for session in try reader.list(Session.self, StateQuery(Session.kind, limit: 100_000)) {
      for entry in try reader.entries(session.id, after: 0, limit: 1_000_000) {
        if case .approval(let note) = entry.body { told[note.approval] = note.state }
      }
    }
    let all = try reader.list(Approval.self, StateQuery(Approval.kind, limit: 100_000))
    return all.filter { told[$0.id] != $0.state }
      .map { "\($0.id) is \($0.state), and the transcript says \(told[$0.id].map(\.rawValue) ?? "nothing")" }
      + all.filter { bases[$0.id] != nil && bases[$0.id] != $0.basis }.map { "\($0.id) does not say what answered it" }
  }

  mutating func restored() {
    (answers, chosen, filled, bases, grants, revoked, isRestored) = ([:], [:], [:], [:], [:], [], true)
  }
}
