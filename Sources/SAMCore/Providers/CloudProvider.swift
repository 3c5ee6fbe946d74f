// SPDX-License-Identifier: Apache-2.0

/// Gives machines: a cloud, a hypervisor, an SSH host, or this machine.
///
/// A provider takes values and returns values. It keeps nothing, logs nothing and retries nothing: SAM decides.
/// Every resource that it makes carries the order's name and labels from the call that makes it.
public protocol CloudProvider: Sendable {
  /// The provider's name, as people configure it.
  var name: String { get }
  /// Makes a machine, or finds the one that an earlier call with the same name and labels made.
  func create(_ order: MachineOrder) async throws(ProviderError) -> ProvidedMachine
  /// One machine, or nil when the provider knows nothing of it.
  func find(_ handle: MachineHandle) async throws(ProviderError) -> ProvidedMachine?
  /// All machines that carry an installation's label.
  func list(of installation: InstallationID) async throws(ProviderError) -> [ProvidedMachine]
  /// Removes a machine with all that is billed for it. Removing what is gone is fine. Stopping is not removing.
  func destroy(_ handle: MachineHandle) async throws(ProviderError)
}

/// What is wanted of a provider.
public struct MachineOrder: Codable, Hashable, Sendable {
  /// The name, unique within the installation: the key by which a repeated call finds the machine.
  public var name: String
  /// The installation that owns it.
  public var installation: InstallationID
  /// The ledger's key of it.
  public var machine: MachineID
  /// - Parameters: as the properties of the same names.
  public init(name: String, installation: InstallationID, machine: MachineID) {
    self.name = name
    self.installation = installation
    self.machine = machine
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
  /// Where it can be reached, once the provider knows.
  public var address: String?
  /// - Parameters: as the properties of the same names.
  public init(handle: MachineHandle, name: String, address: String? = nil) {
    self.handle = handle
    self.name = name
    self.address = address
  }
}

/// Why a provider did not do what was asked.
public struct ProviderError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
  /// What SAM does about it follows from this.
  public enum Code: String, Codable, Sendable, CaseIterable {
    /// None of that kind is in stock there; another place or kind may have one.
    case capacity
    /// The account may not have more.
    case quota
    /// Too many calls; try later.
    case rate
    /// The credential is refused.
    case authentication
    /// The order is wrong; the same order will be refused again.
    case invalid
    /// Nobody knows whether it happened: look before trying again.
    case unknownOutcome
  }
  /// What SAM does about it follows from this.
  public var code: Code
  /// What is wrong and what to do next.
  public var message: String
  /// The provider's own answer: status and body.
  public var evidence: String
  /// - Parameters: as the properties of the same names.
  public init(_ code: Code, _ message: String, evidence: String = "") {
    self.code = code
    self.message = message
    self.evidence = evidence
  }
  /// The message with its code.
  public var description: String { "\(message) (\(code.rawValue))" }
}
