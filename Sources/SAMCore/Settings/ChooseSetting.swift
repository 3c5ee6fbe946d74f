// SPDX-License-Identifier: Apache-2.0

/// A person chooses how a session's agent works: from the next prompt on, also after a restart of whatever.
public struct ChooseSetting: Command {
  /// The stable name.
  public static let name = "session.choose"
  /// The session.
  public var session: SessionID
  /// The setting, by its id or by what it is about.
  public var setting: String
  /// The value.
  public var value: String
  /// The name of the token with which it is chosen.
  public var chooser: String?

  /// - Parameters: as the properties of the same names.
  public init(session: SessionID, setting: String, value: String, chooser: String? = nil) {
    self.session = session
    self.setting = setting
    self.value = value
    self.chooser = chooser
  }

  /// Notes the choice, which rides with the next prompt.
  public func decide(in decision: inout Decision) throws -> Session {
    guard decision.actor.kind != .agent else {
      throw Rejection(.invalid, "an agent cannot choose for itself how it works; a person must")
    }
    let session = try decision.get(Session.self, session)
    guard session.state != .closed else { throw session.closedRejection }
    let by = chooser ?? decision.actor.id
    return try SettingChoices.choose(setting, value, in: session, by: by, &decision)
  }
}
