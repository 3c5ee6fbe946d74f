// SPDX-License-Identifier: Apache-2.0

/// SAM's account at a provider of machines: what it refused lately, and what it has that the ledger does not know.
public struct Cloud: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "cloud")

  /// What can happen to an account.
  public enum Event: Codable, Sendable, Equatable {
    /// It is used from now on.
    case opened(installation: InstallationID, settlingSeconds: Int, owner: UserID)
    /// Another start found other traits.
    case settled(settlingSeconds: Int)
    /// The provider refused a kind of machine (nil = any); it is not asked for until that is eased.
    case blocked(kind: String?, error: ProviderError)
    /// A kind that was blocked may be asked for again.
    case eased(kind: String?)
    /// A machine of that kind came up: what was refused before does not count any more.
    case unblocked(kind: String?)
    /// The ledger came out of a backup: nothing is removed until a person confirms.
    case held(generation: Int)
    /// A person has looked: what the ledger does not know may go.
    case confirmed(by: Actor)
    /// A sweep has seen a machine with our label for which the ledger does not answer.
    case suspected(MachineHandle)
    /// A machine that was suspected is not there any more, or is dealt with.
    case cleared(MachineHandle)
  }
  /// Where it stands.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// Machines are made and removed.
    case open
    /// Machines are made and none is removed: the ledger may be older than the machines.
    case held
  }
  /// What moves it.
  public enum Trigger: String, Sendable, CaseIterable {
    /// The ledger came out of a backup.
    case hold
    /// A person has looked.
    case confirm
  }
  /// The arrows.
  public static let table = StateTable<State, Trigger>([
    .open: [.hold: .held],
    .held: [.hold: .held, .confirm: .open],
  ])

  /// What was refused, and may be blocked for a while.
  public struct Block: Codable, Hashable, Sendable {
    /// The kind of machine; nil = any.
    public var kind: String?
    /// What the provider said.
    public var error: ProviderError
    /// How often in a row.
    public var count: Int
    /// Whether it is not asked for at the moment.
    public var isActive: Bool

    /// How long it is not asked for: longer each time, at most ten minutes.
    var delay: Duration {
      let (first, most): (Int, Int) =
        switch error.code {
        case .capacity, .unavailable, .rate, .unknownOutcome: (15, 600)
        case .quota: (60, 600)
        case .authentication, .invalid: (300, 600)
        }
      return .seconds(min(most, first << min(count - 1, 6)))
    }
  }
  /// A machine with our label for which the ledger does not answer.
  public struct Suspect: Codable, Hashable, Sendable {
    /// How the provider finds it.
    public var handle: MachineHandle
    /// In how many sweeps in a row it was seen: a measure of time that no clock can falsify.
    public var sightings: Int
  }

  /// Its id.
  public let id: CloudID
  /// Where it stands.
  public private(set) var state: State
  /// Whose label its machines carry.
  public let installation: InstallationID
  /// How long the provider's lists may be behind.
  public var settling: Duration { .seconds(settlingSeconds) }
  /// The same in seconds.
  public private(set) var settlingSeconds: Int
  /// What was refused lately.
  public private(set) var blocks: [Block]
  /// What the ledger does not know.
  public private(set) var suspects: [Suspect]
  /// Which restore from a backup it is held for, or was last.
  public private(set) var generation: Int
  /// Whose it is.
  public let owner: UserID

  /// Folds `opened`.
  public init(first event: Event, id: CloudID, at: Timestamp) throws {
    guard case .opened(let installation, let settlingSeconds, let owner) = event else {
      throw Rejection(.wrongState, "there is no provider '\(id.provider)'; configure it first")
    }
    self.id = id
    self.installation = installation
    self.settlingSeconds = settlingSeconds
    self.owner = owner
    state = .open
    (blocks, suspects, generation) = ([], [], 0)
  }

  /// Folds a later event.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    switch event {
    case .opened: throw Rejection(.wrongState, "provider '\(id.provider)' is in use already")
    case .settled(let seconds): settlingSeconds = seconds
    case .blocked(let kind, let error):
      let count = (blocks.first { $0.kind == kind }?.count ?? 0) + 1
      blocks.removeAll { $0.kind == kind }
      blocks.append(Block(kind: kind, error: error, count: count, isActive: true))
    case .eased(let kind):
      if let index = blocks.firstIndex(where: { $0.kind == kind }) { blocks[index].isActive = false }
    case .unblocked(let kind): blocks.removeAll { $0.kind == kind }
    case .held(let generation):
      try move(.hold)
      self.generation = generation
    case .confirmed: try move(.confirm)
    case .suspected(let handle):
      if let index = suspects.firstIndex(where: { $0.handle == handle }) {
        suspects[index].sightings += 1
      } else {
        suspects.append(Suspect(handle: handle, sightings: 1))
      }
    case .cleared(let handle): suspects.removeAll { $0.handle == handle }
    }
  }

  private mutating func move(_ trigger: Trigger) throws {
    guard let next = Self.table.next(from: state, on: trigger) else {
      throw Rejection(
        .wrongState, "provider '\(id.provider)' is \(state.rawValue); there is nothing to \(trigger.rawValue)")
    }
    state = next
  }

  /// Why a kind of machine is not asked for now; nil = it is.
  func block(_ kind: String?) -> Block? { blocks.first { $0.isActive && ($0.kind == nil || $0.kind == kind) } }

  /// What lists are made by.
  public var index: StateIndex { StateIndex(status: state.rawValue, owner: owner, name: id.provider) }
}
