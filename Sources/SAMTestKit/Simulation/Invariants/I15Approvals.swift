// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I15: an approval has at most one effective answer, and it is the one that was decided.
struct I15Approvals {
  private(set) var count = 0
  private var answers: [ApprovalID: Int] = [:]
  private var chosen: [ApprovalID: String] = [:]
  private var responses: [ApprovalID: Int] = [:]

  mutating func committed(_ changes: Changes) throws -> [String] {
    var wrong: [String] = []
    for event in changes.events where event.type == "approval.answered" {
      let id = ApprovalID(trusted: event.aggregate.id)
      answers[id, default: 0] += 1
      if let count = answers[id], count > 1 { wrong.append("\(id) has \(count) answers") }
      if case .answered(let option, _) = try StateCoding.event(event, of: Approval.self) { chosen[id] = option }
    }
    return wrong
  }

  /// The agent hears an answer; nil = it is cancelled.
  mutating func responded(_ approval: ApprovalID, _ option: String?, restored: Bool) -> [String] {
    count += 1
    responses[approval, default: 0] += 1
    if let times = responses[approval], times > 1 { return ["the agent heard \(times) answers to \(approval)"] }
    guard let option, let expected = chosen[approval], !restored else { return [] }
    return option == expected ? [] : ["the agent heard '\(option)' to \(approval), decided was '\(expected)'"]
  }

  mutating func restored() { (answers, chosen) = ([:], [:]) }
}
