// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I15: an approval has at most one effective answer, and it is the one that was decided; no grant answers anything but the
/// question it was given for, where it was given, until it is revoked.
struct I15Approvals {
  private(set) var count = 0
  private var answers: [ApprovalID: Int] = [:]
  private var chosen: [ApprovalID: String] = [:]
  private var filled: [ApprovalID: [String: FormValue]] = [:]
  private var forms: Set<ApprovalID> = []
  private var responses: [ApprovalID: Int] = [:]
  private var questions: [ApprovalID: (session: SessionID, project: ProjectID, subject: ApprovalSubject)] = [:]
  private var grants: [GrantID: Grant.Event] = [:]
  private var revoked: Set<GrantID> = []

  /// - Parameter hasRules: whether a session's policy is the one with rules.
  mutating func committed(_ changes: Changes, hasRules: (SessionID) -> Bool) throws -> [String] {
    try remember(changes)
    var wrong = try ruled(changes, hasRules)
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
        if forms.contains(id), (option == "yes") != (values?.isEmpty == false) {
          wrong.append("the form of \(id) is answered '\(option)' with \(values ?? [:])")
        }
        if case .rule(let rule) = basis, option != (rule.hasSuffix("deny") || rule.hasPrefix("deny") ? "no" : "yes") {
          wrong.append("'\(rule)' answered \(id) with '\(option)'")
        }
        if by == .system, basis == nil { wrong.append("\(id) is answered by nobody") }
        if case .grant(let grant) = basis, !covers(grant, id, option) { wrong.append("\(grant) does not answer \(id)") }
      }
    }
    return wrong
  }

  /// Whether the rules answered what a person would expect who reads them, and nothing else.
  private func ruled(_ changes: Changes, _ hasRules: (SessionID) -> Bool) throws -> [String] {
    var wrong: [String] = []
    for event in changes.events where event.type == "approval.asked" {
      let id = event.aggregate.id
      guard let asked = questions[ApprovalID(trusted: id)], hasRules(asked.session) else { continue }
      let expected: String? =
        switch (asked.subject.kind, asked.subject.command) {
        case ("edit", _): "no"
        case (_, "make test"): "yes"
        default: nil
        }
      var answer: String?
      for later in changes.events where later.aggregate.id == id && later.type != "approval.asked" {
        guard case .answered(let option, _, .rule, _, _) = try StateCoding.event(later, of: Approval.self) else {
          // The turn was over, or a grant answered what the rules left to a person.
          answer = expected
          continue
        }
        answer = option
      }
      if answer != expected {
        wrong.append("the rules answered \(id), \(asked.subject.text), with '\(answer ?? "a question to a person")'")
      }
    }
    return wrong
  }

  private mutating func remember(_ changes: Changes) throws {
    for event in changes.events where event.type == "approval.asked" {
      if case .asked(let session, _, _, let tool, _, _, let project, let form) =
        try StateCoding.event(event, of: Approval.self)
      {
        questions[ApprovalID(trusted: event.aggregate.id)] = (session, project, ApprovalSubject(tool))
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
  mutating func atTheEnd(_ reader: any StoreReader) throws -> [String] {
    var told: [ApprovalID: ApprovalState] = [:]
    for session in try reader.list(Session.self, StateQuery(Session.kind, limit: 100_000)) {
      for entry in try reader.entries(session.id, after: 0, limit: 1_000_000) {
        if case .approval(let note) = entry.body { told[note.approval] = note.state }
      }
    }
    return try reader.list(Approval.self, StateQuery(Approval.kind, limit: 100_000)).filter { told[$0.id] != $0.state }
      .map { "\($0.id) is \($0.state), and the transcript says \(told[$0.id].map(\.rawValue) ?? "nothing")" }
  }

  mutating func restored() { (answers, chosen, filled, grants, revoked) = ([:], [:], [:], [:], []) }
}
