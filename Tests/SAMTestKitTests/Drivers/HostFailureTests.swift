// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization
import Testing

/// A host whose disk fails at whatever moment: everybody who asked hears something.
@Suite(.timeLimit(.minutes(1))) struct HostFailureTests {
  private struct NoUplink: MachineUplink {
    func deliver(_ batch: OutboxBatch) async throws -> Int64 { throw LinkError("the control plane is away") }
    func compare(_ login: LoginOffer) async throws -> LoginAnswer { throw LinkError("the control plane is away") }
  }

  /// Several requests at about the same time, and a disk that dies among them.
  private func play(_ seed: UInt64, _ flaw: Flaw?) throws {
    try SimulationExecutor.run(seed: seed) { run in
      let disk = MachineDisk(isHasty: false)
      let session = SessionID(trusted: "session_1")
      let host = DriverHost(session, disk: disk, uplink: NoUplink(), run: run, flaw: flaw)
      let spec = SessionSpec(
        session: session, epoch: 1, workspace: WorkspaceID(trusted: "workspace_1"),
        launch: AgentLaunch(command: "scripted"))
      await withDiscardingTaskGroup { group in
        group.addTask { await host.serve() }
        await withDiscardingTaskGroup { requests in
          for number in 0..<4 {
            requests.addTask {
              let turn = TurnID(trusted: "turn_\(number)")
              do {
                try await run.pause(upTo: 8)
                try await run.waiting(for: "the answer about \(turn)") {
                  _ = try await host.request(.deliver(PromptDelivery(spec: spec, turn: turn, text: "words")))
                }
              } catch {
                run.note("\(turn): \(error)")
              }
            }
          }
          requests.addTask {
            do { try await run.pause(upTo: 20) } catch { return }
            disk.lose(run)
          }
        }
        group.cancelAll()
      }
    }
  }

  @Test("Every request is answered or fails, whenever the disk dies")
  func everybodyHears() throws {
    for seed: UInt64 in 0..<200 { try play(seed, nil) }
  }

  @Test("A host that forgets those whose requests it had taken out is found")
  func forgottenReplies() {
    let failure = #expect(throws: ExecutorFailure.self) {
      for seed: UInt64 in 0..<100 { try play(seed, .forgottenReplies) }
    }
    #expect(failure?.code == .stuck || failure?.code == .overdue)
    print("drivers: forgotten replies are found with seed \(failure?.seed ?? 0), waiting for \(failure?.waiting ?? [])")
  }
}
