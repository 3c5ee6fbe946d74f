// SPDX-License-Identifier: Apache-2.0
import SAMAgentRuntime
import SAMCore
import ServiceLifecycle

/// Runs effects and agents. On a graceful shutdown running turns get a grace to end; then every agent is ended.
struct WorkService: Service, CustomStringConvertible {
  /// Without it, the service group would write down all that is in here, member by member, at each start.
  let description = "work"
  let sam: Orchestrator
  let machine: MachineRuntime
  let link: LocalLink
  let id: MachineID
  let grace: Duration

  func run() async throws {
    try await withThrowingTaskGroup { group in
      group.addTask { try await sam.run() }
      group.addTask { try await machine.run() }
      group.addTask { await link.run(machine, as: id) }
      group.addTask {
        do {
          try await gracefulShutdown()
        } catch is CancellationError {
          return
        }
        try await waitForTurns()
      }
      // The last ends when it is time to stop; the others end only by a failure.
      try await group.next()
      group.cancelAll()
      while let result = await group.nextResult() {
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
      }
    }
  }

  private func waitForTurns() async throws {
    let end = ContinuousClock.now + grace
    let active = Turn.active.map(\.rawValue).sorted()
    while ContinuousClock.now < end {
      let turns = try await sam.store.list(Turn.self, StateQuery(Turn.kind, statuses: active, limit: 1))
      let effects = try await sam.store.read { try $0.effects(EffectQuery()) }
      if turns.isEmpty, !effects.contains(where: { isOfTurn($0.effect) }) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Whether an effect belongs to the end of a turn. Timers, providers and saving go on after the next start.
  private func isOfTurn(_ effect: Effect) -> Bool {
    switch effect {
    case .prepareWorkspace, .deliverPrompt, .cancelTurn, .answerApproval, .publishWork, .endSession, .attachSession:
      true
    case .saveWork, .createMachine, .findMachine, .destroyMachine, .sweep, .timer: false
    }
  }
}
