// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// This machine as a provider: it has exactly one machine to give, for nothing, and never takes it away.
public struct LocalProvider: CloudProvider {
  /// The provider's name.
  public let name = "local"
  private let host: String

  /// - Parameter host: what this machine calls itself.
  public init(host: String) { self.host = host }

  /// Finds this machine, whatever is asked for.
  public func create(_ order: MachineOrder) async throws(ProviderError) -> ProvidedMachine { machine }

  /// This machine, by the handle that ``create(_:)`` gave.
  public func find(_ handle: MachineHandle) async throws(ProviderError) -> ProvidedMachine? {
    handle == machine.handle ? machine : nil
  }

  /// This machine.
  public func list(of installation: InstallationID) async throws(ProviderError) -> [ProvidedMachine] { [machine] }

  /// Refuses: the machine that SAM runs on is not SAM's to remove.
  public func destroy(_ handle: MachineHandle) async throws(ProviderError) {
    throw ProviderError(.invalid, "this machine cannot be destroyed by SAM; stop samd on it to take it out of use")
  }

  private var machine: ProvidedMachine {
    ProvidedMachine(handle: MachineHandle(version: 1, value: "local"), name: host, address: "127.0.0.1")
  }
}
