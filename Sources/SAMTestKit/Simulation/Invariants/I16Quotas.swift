// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I16: while a credential's limit of use is reached, no session that shares it asks the model, but for one that tries;
/// and what was cut off by a limit goes on once.
struct I16Quotas {
  /// How many prompts were held back or went on.
  private(set) var count = 0
  private var successors: [TurnID: TurnID] = [:]

  mutating func committed(_ changes: Changes, _ reader: SimReader) throws -> [String] {
    var wrong: [String] = []
    for event in changes.events {
      switch event.type {
      case "session.held": count += 1
      case "session.turnActivated":
        let session = try reader.load(Session.self, SessionID(trusted: event.aggregate.id))
        guard let row = try reader.state(Quota.key(QuotaID(of: session))) else { break }
        let quota = try StateCoding.decode(Quota.self, from: row.body)
        if quota.state != .free, quota.probe != session.id {
          wrong.append("\(session.id) asks the model, and \(quota.credential) is \(quota.state)")
        }
      case "turn.queued":
        guard case .queued(_, _, let text, let earlier?, _, _, _) = try StateCoding.event(event, of: Turn.self),
          text.hasPrefix(Quotas.preamble)
        else { break }
        let turn = TurnID(trusted: event.aggregate.id)
        if let other = successors[earlier] { wrong.append("\(earlier) goes on as \(other) and as \(turn)") }
        successors[earlier] = turn
      default: break
      }
    }
    return wrong
  }

  /// The store is another one.
  mutating func restored() { successors = [:] }
}
