// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore
internal import SAMRPC
internal import Synchronization

/// The machine's side of its link: calls the control plane, again and again, and is the machine's way to it.
final class LinkDialer: MachineUplink {
  private typealias Connection = LinkConnection<MachineReports, MachineRequests>

  private let clock: WallClock
  private let report: @Sendable (String) -> Void
  private let current = Mutex<Connection?>(nil)

  /// - Parameters:
  ///   - clock: what time it is.
  ///   - report: hears why a connection ended, or could not be made.
  init(clock: WallClock, report: @escaping @Sendable (String) -> Void) {
    self.clock = clock
    self.report = report
  }

  /// Reports to the control plane.
  func deliver(_ batch: OutboxBatch) async throws -> Int64 { try await connected().deliver(batch) }

  /// Has the control plane compare a login file.
  func compare(_ login: LoginOffer) async throws -> LoginAnswer { try await connected().compare(login) }

  private func connected() throws -> Connection {
    guard let connection = current.withLock({ $0 }) else {
      throw LinkError("the control plane is not connected; SAM reports again when it is", isAway: true)
    }
    return connection
  }

  /// Keeps a connection until the task is cancelled.
  /// - Parameters:
  ///   - machine: does what the control plane asks.
  ///   - name: what the machine calls itself.
  ///   - dial: makes a connection.
  func run(
    _ machine: any MachineLink, name: String, dial: @escaping @Sendable () async throws -> any RPCTransport
  ) async {
    // What a connection has begun may outlive it by minutes; the next one does not wait for that.
    await withDiscardingTaskGroup { group in
      var delay = Self.delays.lowerBound
      while !Task.isCancelled {
        do {
          let transport = try await dial()
          let connection = Connection(
            .machine, hello: LinkHello(software: SAMVersion.current, machine: name), over: transport, clock: clock)
          current.withLock { $0 = connection }
          group.addTask { await connection.run { try await machine.request($0) } }
          if await connection.opened() != nil { delay = Self.delays.lowerBound }
          let reason = await connection.ended()
          current.withLock { $0 = nil }
          if !Task.isCancelled { report("the link to the control plane ended, calling again: \(reason)") }
        } catch {
          report("the control plane cannot be reached, calling again: \(error)")
        }
        // Not all machines at once after the control plane was away.
        do { try await clock.sleep(delay * Double.random(in: 0.5...1)) } catch { break }
        delay = min(delay * 2, Self.delays.upperBound)
      }
    }
  }

  private static let delays = Duration.milliseconds(100)...Duration.seconds(10)
}
