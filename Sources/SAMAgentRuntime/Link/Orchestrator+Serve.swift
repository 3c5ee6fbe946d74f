// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore
internal import SAMRPC

extension Orchestrator {
  /// Serves a machine over a connection that it has made, until that ends.
  /// - Parameters:
  ///   - machine: who it is, as it has proved: what its hello says proves nothing.
  ///   - transport: the stream, which is closed at the end.
  /// - Returns: why it ended.
  @discardableResult
  func serve(_ machine: MachineID, over transport: any RPCTransport) async -> String {
    let link = LinkConnection<MachineRequests, MachineReports>(
      .controlPlane, hello: LinkHello(software: SAMVersion.current), over: transport, clock: clock)
    return await withDiscardingTaskGroup { group in
      group.addTask {
        await link.run { report in
          switch report {
          case .items(let batch): .acknowledged(try await self.deliver(batch))
          case .login(let login): .login(try await self.compare(login))
          }
        }
      }
      guard await link.opened() != nil else {
        link.close(because: "this side is being stopped")
        return await link.ended()
      }
      do {
        let connection = try await connect(machine, over: link) {
          link.close(because: "the machine has connected anew")
        }
        let reason = await link.ended()
        await disconnect(connection)
        return reason
      } catch {
        link.close(because: "\(error)")
        return await link.ended()
      }
    }
  }
}
