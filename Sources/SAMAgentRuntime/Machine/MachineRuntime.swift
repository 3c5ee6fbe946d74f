// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import SAMCore
internal import Synchronization

/// The machine's side of SAM: workspaces, sessions, agents. The same code beside the control plane and on a VM.
public final class MachineRuntime: MachineLink {
  private struct State {
    var drivers: [SessionID: SessionDriver] = [:]
    var stopping = false
    var repositories: RepositoryStore?
  }

  let context: MachineContext
  let blobs: any BlobStore
  private let uplink: any MachineUplink
  private let state = Mutex(State())
  private let started = Mailbox<SessionDriver>()

  /// - Parameters:
  ///   - configuration: where things lie and how sessions behave.
  ///   - uplink: the way to the control plane.
  ///   - blobs: where work goes that could not be pushed.
  ///   - clock: what time it is.
  ///   - ids: where ids come from.
  ///   - report: hears what goes wrong without anybody waiting for it.
  public init(
    configuration: MachineConfiguration, uplink: any MachineUplink, blobs: any BlobStore, clock: WallClock,
    ids: IDSource = IDSource(), report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    context = MachineContext(
      configuration: configuration, clock: clock, ids: ids,
      failpoints: Failpoints(environment: configuration.environment),
      groups: ControlGroups(installation: configuration.installation), report: report)
    self.uplink = uplink
    self.blobs = blobs
  }

  /// Ends what an earlier run of this installation left running. Call it before the machine is connected.
  /// - Returns: how many processes were ended.
  @discardableResult
  public func endStrays() async throws -> Int {
    let outcome = try await Strays.kill(runIDPrefix: context.configuration.installation.rawValue)
    for stray in outcome.left {
      context.report("process \(stray.pid) of an earlier run cannot be ended: \(stray.command)")
    }
    for group in context.groups?.removeLeft() ?? [] {
      context.report("control group \(group) of an earlier run cannot be removed; see what is in its cgroup.procs")
    }
    return outcome.ended
  }

  /// Serves sessions until the task is cancelled; then every agent is ended before it returns.
  public func run() async throws {
    await withTaskCancellationHandler {
      await withDiscardingTaskGroup { group in
        while true {
          let drivers = await started.next()
          if drivers.isEmpty { break }
          for driver in drivers { group.addTask { await self.serve(driver) } }
        }
      }
    } onCancel: {
      stop()
    }
  }

  /// How many sessions are in memory: those that do something, or did a moment ago.
  public var sessionCount: Int { state.withLock { $0.drivers.count } }

  /// Does what the control plane asks.
  public func request(_ request: MachineRequest) async throws -> MachineReply {
    switch request {
    case .prepare(let order): try await prepare(order)
    case .publish(let order): try await publish(order)
    case .deliver(let delivery): try await ask(delivery.spec.session, .deliver(delivery))
    case .save(let order): try await save(order)
    case .attach(let spec, let turn): try await ask(spec.session, .attach(spec, turn: turn))
    case .cancel(let session, let turn): try await ask(session, .cancel(turn))
    case .answer(let session, let approval, let option, let values):
      try await ask(session, .answer(approval, option: option, values: values))
    case .end(let session): try await ask(session, .end)
    case .check(let launch, let login):
      .checked(await AgentTrial(launch: launch, login: login, machine: context).run())
    }
  }

  /// SAM's own repositories on this machine, opened when they are first needed: a machine without git can still start.
  func repositories() throws -> RepositoryStore {
    try state.withLock { state in
      if let open = state.repositories { return open }
      let git = try GitRunner(hostEnvironment: context.configuration.environment)
      let store = try RepositoryStore(root: context.repositoriesPath, git: git)
      state.repositories = store
      return store
    }
  }

  private func ask(_ session: SessionID, _ input: SessionHost.Input) async throws -> MachineReply {
    // A driver that has just gone quiet takes no more; the next one takes over as soon as it has let go of the journal.
    for _ in 0..<200 {
      do {
        return try await driver(session).request(input)
      } catch is SessionDriver.Quiet {
        try await context.clock.sleep(.milliseconds(5))
      }
    }
    throw LinkError("session '\(session)' could not be opened on its machine; SAM asks again")
  }

  private func driver(_ session: SessionID) throws -> SessionDriver {
    try state.withLock { state in
      guard !state.stopping else {
        throw LinkError("the machine is being stopped; SAM asks again when it is back", isAway: true)
      }
      if let driver = state.drivers[session] { return driver }
      let driver = SessionDriver(session: session, machine: context, uplink: uplink)
      state.drivers[session] = driver
      started.post(driver)
      return driver
    }
  }

  private func serve(_ driver: SessionDriver) async {
    do {
      try await driver.run()
    } catch {
      context.report("session \(driver.session) cannot be served: \(error)")
    }
    state.withLock { state in
      if state.drivers[driver.session] === driver { state.drivers[driver.session] = nil }
    }
  }

  private func stop() {
    let drivers = state.withLock { state in
      state.stopping = true
      return Array(state.drivers.values)
    }
    for driver in drivers { driver.stop() }
    started.close()
  }
}
