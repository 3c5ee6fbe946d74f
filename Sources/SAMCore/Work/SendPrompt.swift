// SPDX-License-Identifier: Apache-2.0

/// Somebody says something in a session. The client-made id makes sure that it is said once.
public struct SendPrompt: Command {
  /// The stable name.
  public static let name = "session.prompt"
  /// The session.
  public var session: SessionID
  /// What is said.
  public var text: String
  /// What is sent along.
  public var attachments: [PromptAttachment]?
  /// The ambiguous or interrupted turn that this prompt takes the place of.
  public var supersedes: TurnID?

  /// - Parameters: as the properties of the same names.
  public init(session: SessionID, text: String, attachments: [PromptAttachment]? = nil, supersedes: TurnID? = nil) {
    self.session = session
    self.text = text
    self.attachments = attachments
    self.supersedes = supersedes
  }

  /// Accepts the prompt into the session's queue.
  public func decide(in decision: inout Decision) throws -> Turn {
    try Prompts.check(text, attachments)
    let session = try decision.get(Session.self, session)
    guard session.state != .closed else { throw session.closedRejection }
    if let supersedes {
      let earlier = try decision.get(Turn.self, supersedes)
      guard earlier.session == session.id, Turn.table.isFinal(earlier.state) else {
        throw Rejection(.wrongState, "turn '\(supersedes)' is \(earlier.state.rawValue); only an ended one is replaced")
      }
    }
    guard session.queue.count < 100 else {
      throw Rejection(.wrongState, "100 prompts wait in session '\(session.id)' already; cancel some or wait")
    }
    let attachments = try Attachments.add(
      attachments, owner: session.owner, project: session.project, &decision)
    return try Conversation.queue(text, attachments, supersedes: supersedes, in: session.id, &decision)
  }
}
