// SPDX-License-Identifier: Apache-2.0

/// A VM or host on which workspaces lie and agents run.
public struct Machine: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "machine")

  /// What can happen to a machine.
  public enum Event: Codable, Sendable, Equatable {
    /// A host that exists was registered: this machine.
    case registered(name: String, provider: String, owner: UserID)
    /// One is wanted of a provider.
    case requested(name: String, cloud: CloudID, kind: String?, wish: MachineWish, owner: UserID)
    /// A provider has one that carries our label and that the ledger does not know. It is to go.
    case discovered(name: String, cloud: CloudID, handle: MachineHandle, owner: UserID)
    /// A provider is being asked.
    case creating
    /// It was heard of before the provider's answer.
    case called
    /// It was heard of before the provider's answer, and is not any more.
    case hungUp
    /// Nobody wants it any more, and no provider was asked.
    case dropped(reason: String)
    /// The provider made it.
    case created(handle: MachineHandle, address: String?)
    /// The provider made nothing.
    case refused(reason: String)
    /// It turned out to exist when it was not wanted any more.
    case located(handle: MachineHandle)
    /// It was heard of for the first time.
    case enrolled
    /// A session works on it from now on.
    case took(SessionID)
    /// A session has nothing to do there at the moment.
    case rested(SessionID)
    /// A session that rested works again.
    case resumed(SessionID)
    /// A session has nothing to do with it any more.
    case released(SessionID)
    /// Nobody needs it.
    case idled
    /// Somebody needs it again.
    case woken
    /// It is to go.
    case draining(reason: String)
    /// A person lets go of the work on it that is nowhere else.
    case discarded(by: Actor)
    /// Its runtime went away.
    case lost
    /// It was silent for too long: what worked on it is given up.
    case givenUp
    /// Its runtime is there again.
    case found
    /// The provider is to remove it.
    case destroying(reason: String)
    /// The provider has removed it.
    case destroyed
    /// It was gone, and the provider lists it still.
    case reappeared(handle: MachineHandle)
  }

  /// Its id: also the ledger key that its provider's label carries.
  public let id: MachineID
  /// Where its life stands.
  public private(set) var state: MachineState
  /// What people call it.
  public let name: String
  /// The provider that gave it.
  public let provider: String
  /// The provider's account; nil = SAM does not make and remove it.
  public let cloud: CloudID?
  /// What kind was ordered.
  public let ordered: String?
  /// What it was ordered for.
  public let wish: MachineWish?
  /// How the provider finds it, once it is known.
  public private(set) var handle: MachineHandle?
  /// Where it can be reached, once it is known.
  public private(set) var address: String?
  /// The sessions that have their workspace on it.
  public private(set) var sessions: [SessionID]
  /// Those of them that have something to do.
  public private(set) var busy: [SessionID]
  /// Whether it was heard of before the provider's answer.
  public private(set) var hasCalled: Bool
  /// Whether it is to go as soon as it can.
  public private(set) var isToGo: Bool
  /// Whether it was silent for too long since it was heard last.
  public private(set) var isGivenUp: Bool
  /// Whether a person has let go of the work on it.
  public private(set) var isDiscarded: Bool
  /// Why it is to go, or did not come.
  public private(set) var reason: String?
  /// Whose it is.
  public let owner: UserID
  /// When its state changed last.
  public private(set) var since: Timestamp

  /// Folds `registered`, `requested` or `discovered`.
  public init(first event: Event, id: MachineID, at: Timestamp) throws {
    self.id = id
    (sessions, busy) = ([], [])
    (hasCalled, isToGo, isGivenUp, isDiscarded) = (false, false, false, false)
    since = at
    switch event {
    case .registered(let name, let provider, let owner):
      (self.name, self.provider, self.owner) = (name, provider, owner)
      (cloud, ordered, wish) = (nil, nil, nil)
      state = .ready
    case .requested(let name, let cloud, let kind, let wish, let owner):
      (self.name, self.owner) = (name, owner)
      (self.cloud, ordered, self.wish, provider) = (cloud, kind, wish, wish.provider)
      state = .requested
    case .discovered(let name, let cloud, let handle, let owner):
      (self.name, self.owner) = (name, owner)
      (self.cloud, ordered, wish, provider) = (cloud, nil, nil, cloud.provider)
      self.handle = handle
      reason = "the ledger does not know it"
      state = .destroying
    default: throw Rejection(.wrongState, "machine '\(id)' does not exist; register it first")
    }
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    if let trigger = event.trigger {
      guard let next = Self.table.next(from: state, on: trigger) else {
        throw Rejection(.wrongState, "machine '\(name)' is \(state.rawValue); it cannot \(trigger.rawValue)")
      }
      state = next
      since = at
    }
    switch event {
    case .registered, .requested, .discovered:
      throw Rejection(.wrongState, "machine '\(name)' is known already")
    case .created(let handle, let address): (self.handle, self.address) = (handle, address)
    case .located(let handle), .reappeared(let handle): self.handle = handle
    case .took(let session):
      sessions.append(session)
      busy.append(session)
    case .resumed(let session): busy.append(session)
    case .rested(let session): busy.removeAll { $0 == session }
    case .released(let session):
      sessions.removeAll { $0 == session }
      busy.removeAll { $0 == session }
    case .draining(let why):
      reason = why
      isToGo = true
    case .destroying(let why), .dropped(let why), .refused(let why): reason = why
    case .called: hasCalled = true
    case .hungUp: hasCalled = false
    case .discarded: (isDiscarded, isToGo) = (true, true)
    case .givenUp: isGivenUp = true
    case .found: isGivenUp = false
    case .creating, .enrolled, .idled, .woken, .lost, .destroyed: break
    }
  }

  /// Whether SAM makes and removes it.
  public var isProvided: Bool { cloud != nil }
  /// Whether another session may begin on it.
  public var hasRoom: Bool { (state == .ready || state == .idle) && busy.count < (wish?.slots ?? .max) }

  /// What lists are made by.
  public var index: StateIndex {
    StateIndex(status: state.rawValue, owner: owner, parent: cloud?.rawValue, name: name)
  }
}

extension Machine.Event {
  /// What this event does to the state; nil for those that begin a life or only note something.
  var trigger: MachineTrigger? {
    switch self {
    case .registered, .requested, .discovered: nil
    case .called, .hungUp, .located, .took, .rested, .resumed, .released, .discarded, .givenUp: nil
    case .creating: .begin
    case .dropped: .drop
    case .created: .create
    case .refused: .refuse
    case .enrolled: .enroll
    case .idled: .rest
    case .woken: .wake
    case .draining: .drain
    case .lost: .lose
    case .found: .find
    case .destroying: .destroy
    case .destroyed: .finish
    case .reappeared: .reappear
    }
  }
}
