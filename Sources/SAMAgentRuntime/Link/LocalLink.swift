// SPDX-License-Identifier: Apache-2.0
public import SAMCore
internal import SAMRPC

/// The link to a machine that runs in this process.
///
/// Two ends and the bytes between them, as over a wire: nothing works here that would not work there.
public struct LocalLink: MachineUplink {
  private let controlPlane: Orchestrator
  private let dialer: LinkDialer

  /// - Parameter controlPlane: whose machine it is going to be.
  public init(to controlPlane: Orchestrator) {
    self.controlPlane = controlPlane
    dialer = LinkDialer(clock: controlPlane.clock, report: controlPlane.report)
  }

  /// Reports to the control plane.
  public func deliver(_ batch: OutboxBatch) async throws -> Int64 { try await dialer.deliver(batch) }

  /// Has the control plane compare a login file.
  public func compare(_ login: LoginOffer) async throws -> LoginAnswer { try await dialer.compare(login) }

  /// Connects a machine, and keeps it connected until the task is cancelled.
  /// - Parameters:
  ///   - machine: what answers.
  ///   - id: how the ledger knows it.
  public func run(_ machine: any MachineLink, as id: MachineID) async {
    let calls = Mailbox<MemoryTransport>()
    await withDiscardingTaskGroup { group in
      group.addTask {
        await dialer.run(machine, name: id.rawValue) {
          let (here, there) = MemoryTransport.pair()
          calls.post(there)
          return here
        }
      }
      while case let transports = await calls.next(), !transports.isEmpty {
        for transport in transports { group.addTask { await controlPlane.serve(id, over: transport) } }
      }
    }
  }
}
