// SPDX-License-Identifier: Apache-2.0

/// A person wants a session that waits for a limit of use to go on now: it tries for all who wait with it.
public struct ContinueSession: Command {
  /// The stable name.
  public static let name = "session.continue"
  /// Which.
  public var session: SessionID

  /// - Parameter session: which.
  public init(session: SessionID) { self.session = session }

  /// Lets the session try.
  public func decide(in decision: inout Decision) throws -> Session {
    let session = try decision.get(Session.self, session)
    guard session.hold != nil, session.active == nil, !session.queue.isEmpty else {
      throw Rejection(
        .wrongState,
        "session '\(session.id)' waits for no limit of use; say something with samctl session say \(session.id)")
    }
    try Quotas.probe(QuotaID(of: session), with: session.id, &decision)
    return try decision.get(Session.self, session.id)
  }
}
