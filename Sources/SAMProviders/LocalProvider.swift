// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// This machine as a provider: it has exactly one machine to give, for nothing, and never takes it away.
public struct LocalProvider: CloudProvider {
  /// The provider's name.
  public let name = "local"
  /// What it says is so at once.
  public let traits = ProviderTraits(settling: .zero)
  private let host: String

  /// - Parameter host: what this machine calls itself.
  public init(host: String) { self.host = host }

  /// Finds this machine, whatever is asked for.
  public func create(_ order: MachineOrder) async throws(ProviderError) -> ProvidedMachine {
    var machine = machine
    (machine.installation, machine.machine) = (order.installation, order.machine)
    return machine
  }

  /// This machine, by the handle that ``create(_:)`` gave.
  public func find(_ handle: MachineHandle) async throws(ProviderError) -> ProvidedMachine? {
    handle == machine.handle ? machine : nil
  }

  /// Nothing: this machine carries no label, so it is never one that SAM may remove.
  public func list(of installation: InstallationID) async throws(ProviderError) -> [ProvidedMachine] { [] }

  /// Refuses: the machine that SAM runs on is not SAM's to remove.
  public func destroy(_ handle: MachineHandle) async throws(ProviderError) -> [String] {
    throw ProviderError(.invalid, "this machine cannot be destroyed by SAM; stop samd on it to take it out of use")
  }

  private var machine: ProvidedMachine {
    ProvidedMachine(
      handle: MachineHandle(version: 1, value: "local"), name: host, installation: nil, machine: nil,
      address: "127.0.0.1")
  }
}
