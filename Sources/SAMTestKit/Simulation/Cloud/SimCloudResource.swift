// SPDX-License-Identifier: Apache-2.0
public import SAMCore

extension SimCloud {
  /// One thing that is billed.
  public struct Resource: Sendable, Equatable {
    /// What is billed.
    public enum Kind: String, Codable, Sendable, CaseIterable {
      /// A machine, running or not.
      case server
      /// A disk.
      case volume
      /// An address.
      case address
    }

    /// Its id, unique in its cloud.
    public var id: String
    /// What it is.
    public var kind: Kind
    /// Its name.
    public var name: String
    /// The installation for which it was made; nil = none.
    public var installation: InstallationID?
    /// The ledger's key under which it was made; nil = none.
    public var machine: MachineID?
    /// Whether it shows whose it is by a label of its own. What does not is found only through its server.
    public var isLabelled: Bool
    /// How the provider finds the server that it is, or belonged to at first.
    public var handle: MachineHandle
    /// Since when it is billed.
    public var since: Duration
    /// Until when; nil = for ever, as things are. It may lie ahead.
    public var until: Duration?

    /// Whether it is billed at a time.
    public func isBilled(at now: Duration) -> Bool {
      since <= now && until.map { now < $0 } ?? true
    }
  }

  /// A machine whose boot is complete.
  public struct BootedMachine: Sendable, Equatable {
    /// How the provider finds it.
    public var handle: MachineHandle
    /// Its name.
    public var name: String
    /// The installation that its label names.
    public var installation: InstallationID?
    /// The ledger's key that its label names.
    public var machine: MachineID?
    /// Since when its boot is complete.
    public var since: Duration
  }

  /// What is billed at a time, in the order in which it was made.
  public func billed(now: Duration) -> [Resource] { resources.filter { $0.isBilled(at: now) } }
}

/// A server, as the cloud itself knows it.
struct SimServer: Sendable {
  let handle: MachineHandle
  let name: String
  let installation: InstallationID?
  let machine: MachineID?
  let kind: String
  let address: String
  let since: Duration
  /// When its address is known; nil = never.
  var addressed: Duration?
  /// When its boot is complete; nil = never.
  var boots: Duration?
  /// When it is up for its provider: it cannot be removed before; nil = it was never started.
  var up: Duration?
  /// Since when it goes down.
  var stopping: Duration?
  /// When it is gone.
  var gone: Duration?
  /// When its removal was answered as done, although it was not.
  var done: Duration?
  /// Which resource it is, by its place.
  let resource: Int
  /// What was made with it.
  var parts: [SimPart] = []

  func exists(_ now: Duration) -> Bool { since <= now && gone.map { now < $0 } ?? true }
  func runs(_ now: Duration) -> Bool { exists(now) && stopping.map { now < $0 } ?? true }

  func shown(_ now: Duration) -> ProvidedMachine {
    ProvidedMachine(
      handle: handle, name: name, installation: installation, machine: machine,
      address: addressed.map { $0 <= now } ?? false ? address : nil)
  }
}

/// What was made with a server, as the cloud itself knows it.
struct SimPart: Sendable {
  /// Which resource it is, by its place.
  let resource: Int
  /// Whether it is there after its server is gone.
  var outlives: Bool
  /// How long it is in use after its server is gone.
  let inUse: Duration
}
