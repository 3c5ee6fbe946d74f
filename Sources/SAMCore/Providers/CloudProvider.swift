// SPDX-License-Identifier: Apache-2.0

/// Gives machines: a cloud, a hypervisor, an SSH host, or this machine.
///
/// A provider takes values and returns values. It keeps nothing, logs nothing and retries nothing: SAM decides. Every
/// resource that it makes carries the order's name, installation and ledger key from the very call that makes it, so
/// that nothing exists for a moment that nobody can find.
public protocol CloudProvider: Sendable {
  /// The provider's name, as people configure it.
  var name: String { get }
  /// What is special about it.
  var traits: ProviderTraits { get }
  /// Makes a machine. The address may be known only later.
  /// - Throws: ``ProviderError``; with `unknownOutcome` when the machine may exist all the same. SAM looks then, and
  ///   does not call again.
  func create(_ order: MachineOrder) async throws(ProviderError) -> ProvidedMachine
  /// One machine, or nil when the provider knows nothing of it.
  func find(_ handle: MachineHandle) async throws(ProviderError) -> ProvidedMachine?
  /// All machines that carry an installation's label.
  func list(of installation: InstallationID) async throws(ProviderError) -> [ProvidedMachine]
  /// Removes a machine with all that is billed for it. Removing what is gone is fine. Stopping is not removing.
  /// - Returns: what is still there, in words: SAM calls again until that is nothing.
  func destroy(_ handle: MachineHandle) async throws(ProviderError) -> [String]
}

/// What is special about a provider, as data.
public struct ProviderTraits: Codable, Hashable, Sendable {
  /// How long its lists may be behind: what was made or removed so long ago is listed rightly.
  public var settling: Duration
  /// - Parameter settling: how long its lists may be behind.
  public init(settling: Duration = .seconds(60)) { self.settling = settling }
}

/// What is wanted of a provider.
public struct MachineOrder: Codable, Hashable, Sendable {
  /// The name, unique within the installation.
  public var name: String
  /// The installation that owns it.
  public var installation: InstallationID
  /// The ledger's key of it.
  public var machine: MachineID
  /// What kind of machine, in the provider's words; nil = the provider's default.
  public var kind: String?
  /// - Parameters: as the properties of the same names.
  public init(name: String, installation: InstallationID, machine: MachineID, kind: String? = nil) {
    self.name = name
    self.installation = installation
    self.machine = machine
    self.kind = kind
  }
}

/// A provider's own name for a machine: opaque, versioned, kept by SAM, understood by the provider alone.
public struct MachineHandle: Codable, Hashable, Sendable {
  /// The version of the shape of `value`.
  public var version: Int
  /// What the provider needs to find the machine again.
  public var value: String
  /// - Parameters: as the properties of the same names.
  public init(version: Int, value: String) {
    self.version = version
    self.value = value
  }
}

/// A machine as its provider sees it.
public struct ProvidedMachine: Codable, Hashable, Sendable {
  /// How the provider finds it.
  public var handle: MachineHandle
  /// Its name.
  public var name: String
  /// The installation that its label names; nil = none.
  public var installation: InstallationID?
  /// The ledger's key that its label names; nil = none.
  public var machine: MachineID?
  /// Where it can be reached, once the provider knows.
  public var address: String?
  /// - Parameters: as the properties of the same names.
  public init(
    handle: MachineHandle, name: String, installation: InstallationID?, machine: MachineID?, address: String? = nil
  ) {
    self.handle = handle
    self.name = name
    self.installation = installation
    self.machine = machine
    self.address = address
  }
}
