// SPDX-License-Identifier: Apache-2.0

/// What one credential may use of a model: a circuit breaker. While it is used up, nobody who shares the credential
/// asks the model; at the end of the wait one of them tries for all.
public struct Quota: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "quota")

  /// What can happen to a quota.
  public enum Event: Codable, Sendable, Equatable {
    /// It was used up for the first time.
    case opened(credential: String, owner: UserID)
    /// An agent was told that it is used up.
    case exhausted(reason: String, until: Timestamp)
    /// A session waits for it.
    case joined(SessionID)
    /// One session tries, for so long at most.
    case probing(SessionID, until: Timestamp)
    /// It can be used again: nobody waits any more.
    case freed
  }
  /// Where it stands.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// Everybody may use it.
    case free
    /// Nobody uses it until the time comes.
    case exhausted
    /// One session tries.
    case probing
  }
  /// What moves it.
  public enum Trigger: String, Sendable, CaseIterable {
    /// An agent was refused.
    case exhaust
    /// One session tries.
    case probe
    /// It can be used.
    case free
  }
  /// The arrows.
  public static let table = StateTable<State, Trigger>([
    .free: [.exhaust: .exhausted],
    .exhausted: [.exhaust: .exhausted, .probe: .probing, .free: .free],
    .probing: [.exhaust: .exhausted, .probe: .probing, .free: .free],
  ])

  /// Its id: the same for all who share the credential.
  public let id: QuotaID
  /// Where it stands.
  public private(set) var state: State
  /// The credential, as people know it.
  public let credential: String
  /// What the agent was told.
  public private(set) var reason: String
  /// When it is tried again; while one tries, how long the others wait for that.
  public private(set) var until: Timestamp
  /// How often in a row an agent was refused.
  public private(set) var refusals: Int
  /// The session that tries.
  public private(set) var probe: SessionID?
  /// The sessions that wait.
  public private(set) var waiting: [SessionID]
  /// Whose it is.
  public let owner: UserID

  /// Folds `opened`.
  public init(first event: Event, id: QuotaID, at: Timestamp) throws {
    guard case .opened(let credential, let owner) = event else {
      throw Rejection(.wrongState, "quota '\(id)' does not exist; no agent has reached a limit of use with it")
    }
    self.id = id
    self.credential = credential
    self.owner = owner
    (state, reason, until, refusals, waiting) = (.free, "", at, 0, [])
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    switch event {
    case .opened: throw Rejection(.wrongState, "quota '\(id)' is known already")
    case .exhausted(let reason, let until):
      try move(.exhaust)
      (self.reason, self.until, probe) = (reason, until, nil)
      refusals += 1
    case .joined(let session):
      guard state != .free else { throw Rejection(.wrongState, "quota '\(id)' is free; there is nothing to wait for") }
      if !waiting.contains(session) { waiting.append(session) }
    case .probing(let session, let until):
      try move(.probe)
      (probe, self.until) = (session, until)
      waiting.removeAll { $0 == session }
    case .freed:
      try move(.free)
      (probe, waiting, refusals) = (nil, [], 0)
    }
  }

  private mutating func move(_ trigger: Trigger) throws {
    guard let next = Self.table.next(from: state, on: trigger) else {
      throw Rejection(.wrongState, "quota '\(id)' is \(state.rawValue); it cannot \(trigger.rawValue)")
    }
    state = next
  }

  /// What lists are made by.
  public var index: StateIndex { StateIndex(status: state.rawValue, owner: owner, name: credential) }
}

extension QuotaID {
  /// The quota that a session uses: that of its secrets, where its agent has some; else that of the login which an
  /// agent finds on its machine when it is started in this way.
  package init(of session: Session) {
    let launch = session.launch
    let parts: [String] =
      if launch.credentialSecrets.isEmpty {
        [session.machine.rawValue, launch.command] + launch.arguments
          + launch.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      } else {
        launch.credentialSecrets
      }
    // FNV-1a: an id has 64 letters at most, and tells nobody what is in the environment.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in parts.joined(separator: "\0").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    self.init(trusted: "quota_" + String(hash, radix: 16))
  }
}

extension AgentLaunch {
  /// The names of the secrets that say who pays, sorted: its keys and its login files.
  var credentialSecrets: [String] { Set(secrets.values).union((files ?? []).compactMap(\.secret)).sorted() }

  /// What a person calls the credential that an agent uses.
  var credential: String {
    guard credentialSecrets.isEmpty else { return "secret " + credentialSecrets.joined(separator: ", ") }
    let program = command.split(separator: "/").last.map(String.init) ?? command
    return "the login of " + ([program] + arguments).joined(separator: " ")
  }
}
