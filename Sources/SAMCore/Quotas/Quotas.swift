// SPDX-License-Identifier: Apache-2.0

/// What happens when an agent is told that its limit of use is reached: all who share the credential wait, and go on by
/// themselves.
///
/// The turn that met the limit is over: it failed, and says why. That it goes on is another turn, which is queued before
/// all others in the same transaction, so there is one, ever; no prompt is handed over twice. That turn is only held
/// back, and can be cancelled like any other.
package enum Quotas {
  /// What begins the prompt that goes on.
  package static let preamble =
    "A limit of use stopped you before you were done; it is over now. Look at what you have done already, and go on with "
    + "this:\n\n"
  /// How long those who wait let the one who tries work before they follow: a limit is told sooner.
  static let probePatience = Duration.seconds(60)
  /// The longest wait that is believed: no vendor's limit lasts longer than a week.
  private static let longest = Duration.seconds(8 * 86_400)

  /// How long to wait when the agent does not say until when: 1 minute, doubling, at most half an hour.
  private static func delay(after refusals: Int) -> Duration { .seconds(min(1_800, 60 << min(refusals - 1, 5))) }

  /// Whether a session may begin a turn now; when not, it waits from now on, and says why.
  static func admits(_ session: Session, _ decision: inout Decision) throws -> Bool {
    let id = QuotaID(of: session)
    guard let quota = try decision.find(Quota.self, id), quota.state != .free, quota.probe != session.id else {
      return true
    }
    if !quota.waiting.contains(session.id) { try decision.record(.joined(session.id), on: id, as: Quota.self) }
    try hold(session, quota, &decision)
    return false
  }

  /// An agent was refused: the turn is over, and another one goes on with it later.
  static func exhausted(
    _ session: Session, by turn: Turn, because reason: String, until: Timestamp?, _ decision: inout Decision
  ) throws {
    let id = QuotaID(of: session)
    if try decision.find(Quota.self, id) == nil {
      try decision.record(
        .opened(credential: session.launch.credential, owner: session.owner), on: id, as: Quota.self)
    }
    let quota = try decision.get(Quota.self, id)
    let told = until.flatMap { $0 > decision.now ? min($0, decision.now + longest) : nil }
    // Several who work at once are refused for one and the same limit.
    if quota.state != .exhausted || told.map({ $0 > quota.until }) == true {
      let until = told ?? decision.now + delay(after: quota.refusals + 1)
      try decision.record(.exhausted(reason: reason, until: until), on: id, as: Quota.self)
      try wake(id, at: until, &decision)
      for waiting in quota.waiting {
        try hold(decision.get(Session.self, waiting), decision.get(Quota.self, id), &decision)
      }
    }
    let text = turn.text.hasPrefix(preamble) ? turn.text : preamble + turn.text
    try Conversation.goOn(text, from: turn, &decision)
  }

  /// A turn ended in another way: when it tried for others, they follow it, or the next one tries.
  static func ended(_ session: Session, _ end: TurnEnd, _ decision: inout Decision) throws {
    let id = QuotaID(of: session)
    guard let quota = try decision.find(Quota.self, id), quota.probe == session.id else { return }
    if case .finished(let reason) = end, reason != "cancelled" {
      try free(id, &decision)
    } else {
      try probe(id, &decision)
    }
  }

  /// The wait is over.
  static func rang(_ id: QuotaID, _ decision: inout Decision) throws {
    switch try decision.get(Quota.self, id).state {
    case .exhausted: try probe(id, &decision)
    case .probing: try free(id, &decision)
    case .free: break
    }
  }

  /// Lets one session try now.
  static func probe(_ id: QuotaID, with session: SessionID, _ decision: inout Decision) throws {
    let until = decision.now + probePatience
    try decision.record(.probing(session, until: until), on: id, as: Quota.self)
    try wake(id, at: until, &decision)
    try Conversation.advance(session, &decision)
  }

  /// Lets the first session try that still has something to say.
  private static func probe(_ id: QuotaID, _ decision: inout Decision) throws {
    for waiting in try decision.get(Quota.self, id).waiting {
      let session = try decision.get(Session.self, waiting)
      guard session.state == .ready, session.active == nil, !session.queue.isEmpty else { continue }
      return try probe(id, with: waiting, &decision)
    }
    try free(id, &decision)
  }

  private static func free(_ id: QuotaID, _ decision: inout Decision) throws {
    let waiting = try decision.get(Quota.self, id).waiting
    try decision.record(.freed, on: id, as: Quota.self)
    try Timers.cancel(subject: id.rawValue, &decision)
    for session in waiting { try Conversation.advance(session, &decision) }
  }

  private static func wake(_ id: QuotaID, at time: Timestamp, _ decision: inout Decision) throws {
    try Timers.cancel(subject: id.rawValue, &decision)
    Timers.set(.quota(id), after: time - decision.now, subject: id.rawValue, &decision)
  }

  private static func hold(_ session: Session, _ quota: Quota, _ decision: inout Decision) throws {
    guard session.state == .ready, session.active == nil, !session.queue.isEmpty else { return }
    let hold = QuotaHold(until: quota.until, reason: "\(quota.credential): \(quota.reason)")
    guard session.hold != hold else { return }
    try decision.record(.held(hold), on: session.id, as: Session.self)
    let reason = WaitReason.quota(until: hold.until, reason: hold.reason)
    try decision.say(
      .notice(
        Notice(
          .warning,
          "\(reason.explanation); earlier: samctl session continue \(session.id); not at all: "
            + "samctl task cancel \(session.task)")), in: session.id)
    try TaskProgress.hold(session, for: reason, &decision)
  }
}

/// Why a session's prompts are held back.
public struct QuotaHold: Codable, Hashable, Sendable {
  /// Until when.
  public var until: Timestamp
  /// Whose limit of use is reached, and what the agent was told.
  public var reason: String
  /// - Parameters: as the properties of the same names.
  public init(until: Timestamp, reason: String) {
    self.until = until
    self.reason = reason
  }
}
