// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// A machine: hosts of sessions, a disk, and now and then a loss of power.
final class DriverMachine: MachineLink {
  private struct State {
    var hosts: [SessionID: DriverHost] = [:]
    var started: Mailbox<DriverHost>?
  }
  let disk: MachineDisk
  private let uplink: any MachineUplink
  private let run: ExecutorRun
  private let state = Mutex(State())
  private let flaw: Flaw?

  init(uplink: any MachineUplink, run: ExecutorRun, flaw: Flaw? = nil) {
    disk = MachineDisk(isHasty: flaw == .hastyDisk)
    self.flaw = flaw
    self.uplink = uplink
    self.run = run
  }

  /// Serves until the task is cancelled.
  /// - Parameters:
  ///   - losses: how often the power is cut.
  ///   - isUp: called after each start.
  func serve(losses: Int, isUp: @escaping @Sendable () async -> Void) async throws {
    for loss in 0...losses {
      let started = Mailbox<DriverHost>()
      state.withLock { $0 = State(hosts: [:], started: started) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          await withDiscardingTaskGroup { hosts in
            while true {
              let batch = await started.next()
              if batch.isEmpty { break }
              for host in batch { hosts.addTask { await host.serve() } }
            }
            hosts.cancelAll()
          }
        }
        group.addTask { await isUp() }
        try await run.clock.sleep(for: loss < losses ? .milliseconds(200 + run.draw(3000)) : .seconds(86_400))
        run.note("power loss")
        state.withLock { $0.started = nil }
        disk.lose(run)
        group.cancelAll()
      }
      try await run.pause(upTo: 500)
    }
  }

  func request(_ request: MachineRequest) async throws -> MachineReply {
    switch request {
    case .prepare: return .prepared(baseCommit: "c0ffee")
    case .publish(let order), .save(let order):
      try await run.pause(upTo: 40)
      return .published(PublishedWork(result: TaskResult(branch: order.branch, head: "abc", files: 1)))
    case .check(let launch, _): return .checked(AgentCheck(works: true, program: launch.command))
    case .deliver(let delivery): return try await host(delivery.spec.session).request(.deliver(delivery))
    case .attach(let spec, let turn): return try await host(spec.session).request(.attach(spec, turn: turn))
    case .cancel(let session, let turn): return try await host(session).request(.cancel(turn))
    case .answer(let session, let approval, let option, let values):
      return try await host(session).request(.answer(approval, option: option, values: values))
    case .end(let session): return try await host(session).request(.end)
    }
  }

  private func host(_ session: SessionID) throws -> DriverHost {
    try state.withLock { state in
      guard let started = state.started else { throw LinkError("the machine is away; SAM asks again") }
      if let known = state.hosts[session] { return known }
      let host = DriverHost(session, disk: disk, uplink: uplink, run: run, flaw: flaw)
      state.hosts[session] = host
      started.post(host)
      return host
    }
  }
}
