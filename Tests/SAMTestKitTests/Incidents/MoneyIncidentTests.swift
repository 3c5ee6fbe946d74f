// SPDX-License-Identifier: Apache-2.0
import SAMCore
@testable import SAMTestKit
import Testing

/// Machines that were billed and nobody knew: what made them, and that it does not here.
@Suite("Incidents: machines that are billed")
struct MoneyIncidentTests {
  /// The provider answers 504 after it has made the server; the client tries again and meets a name that is taken, or
  /// makes a second one (hetznercloud/hcloud-go retries a POST after 504; a retry meets 409 `uniqueness_error`).
  @Test(
    "a create call that failed after it had succeeded is not made again",
    arguments: [
      SimCloud.Fault.errorAfter, .lostAnswer,
    ])
  func createdAndNotSaid(_ fault: SimCloud.Fault) throws {
    let incident = Incident { plan in
      let steady = plan.cloud
      plan.cloud = .hetznerLike
      (plan.cloud.latency, plan.cloud.boot) = (steady.latency, steady.boot)
    }
    incident.world.cloud.order(fault, on: .create)
    incident.ask("write it")
    #expect(incident.reach { incident.state("write it") == .finished })
    let create = try #require(incident.calls(.create).first)
    #expect(!create.changes.isEmpty, "the cloud made it")
    guard case .failed(let error) = create.answer else {
      Issue.record("the answer was to be an error")
      return
    }
    #expect(error.code == .unknownOutcome)
    #expect(incident.calls(.create).count == 1)
    #expect(incident.made.count == 1)
    #expect(incident.end() == [])
  }

  /// A create call that really got lost looks the same, and the task must not wait for ever
  /// (raphaeltm/simple-agent-manager PR#15).
  @Test("a create call that made nothing is told apart from one that did, and another machine is made")
  func lostOrder() {
    let incident = Incident()
    incident.world.cloud.order(.lostCall, on: .create)
    incident.ask("write it")
    #expect(incident.reach { incident.state("write it") == .finished })
    #expect(incident.calls(.create).first?.changes == [])
    #expect(incident.calls(.create).count == 2)
    #expect(incident.made.count == 1)
    #expect(incident.end() == [])
  }

  /// The row was deleted when the provider said "no capacity", and the server existed all the same
  /// (raphaeltm/simple-agent-manager, provider-orphan-reconciliation).
  @Test("a server that exists although its order was answered with \"out of stock\" is found and removed")
  func existsAllTheSame() throws {
    let incident = Incident()
    incident.world.cloud.order(.outOfStock, on: .create)
    incident.ask("write it")
    #expect(incident.reach { incident.machines.first?.state == .gone })
    let refused = try #require(incident.machines.first)
    incident.world.cloud.plantForeign(
      installation: incident.world.installation, machine: refused.id, name: refused.name, now: incident.world.cloudTime)
    #expect(incident.made.count == 1, "the cloud has what it said it had not made")
    let isGone = incident.world.run(atMost: 900) { world in
      world.cloud.resources.first?.isBilled(at: world.cloudTime) == false
    }
    #expect(isGone)
    #expect(incident.end() == [])
  }

  /// A delete that was refused with 429 was not tried again (Cyclenerd/hcloud-github-runner#5, kubernetes/autoscaler#4133).
  @Test("a removal that is refused forty times is tried until it is done, and orders go on beside it")
  func refusedRemoval() {
    let incident = Incident { $0.cloud.parts = [SimCloud.Part(.volume, outlives: true, isLabelled: false)] }
    incident.ask("write it")
    #expect(
      incident.reach { incident.machines.first?.state == .draining || incident.machines.first?.state == .destroying })
    incident.world.cloud.order(.rate, on: .destroy, times: 40)
    #expect(incident.end() == [])
    let refused = incident.calls(.destroy).count { if case .failed = $0.answer { true } else { false } }
    #expect(refused == 40)
    #expect(incident.made.count == 1)
  }

  /// A server whose boot never completes was billed for ever, powered off or not (raphaeltm/simple-agent-manager PR#15,
  /// openclaw/crabbox#425, BasedHardware/omi#6611).
  @Test("a machine that never comes up is removed when its time is over, and its task gets another one")
  func neverBoots() throws {
    let incident = Incident()
    incident.world.cloud.order(.neverBoots, on: .create)
    incident.ask("write it")
    #expect(incident.reach(within: 2_400) { incident.state("write it") == .finished })
    let first = try #require(incident.made.first)
    let until = try #require(first.until)
    #expect(until - first.since <= .seconds(16 * 60))
    #expect(incident.made.count == 2)
    #expect(incident.end() == [])
  }

  /// A delete that is answered as done, and the server is there (paperclipinc/karpenter-provider-hetzner#61).
  @Test("a server that was not removed although that was answered is found and removed")
  func removedNothing() {
    let incident = Incident()
    incident.world.cloud.order(.removesNothing, on: .destroy)
    incident.ask("write it")
    #expect(incident.reach { incident.machines.first?.state == .gone })
    #expect(incident.billed.count == 1, "the ledger says that it is gone, and it is billed")
    #expect(incident.end() == [])
    #expect(incident.calls(.destroy).count == 2)
  }

  /// A sweep that went by name or by age would have removed three live installations
  /// (raphaeltm/simple-agent-manager, 2026-08-06).
  @Test("machines of another installation, with the same names and keys, live on")
  func otherInstallation() throws {
    let incident = Incident()
    incident.ask("write it")
    #expect(incident.reach { incident.machines.first?.handle != nil })
    let ours = try #require(incident.machines.first)
    let now = incident.world.cloudTime
    let others = [
      incident.world.cloud.plantForeign(
        installation: InstallationID(trusted: "sam_other"), machine: ours.id, name: ours.name, now: now),
      incident.world.cloud.plantUnlabelled(name: ours.name, now: now),
    ]
    #expect(incident.end() == [])
    incident.world.run(seconds: 7_200)
    let asked = incident.calls(.destroy).compactMap { if case .destroy(let handle) = $0.call { handle } else { nil } }
    #expect(Set(asked).isDisjoint(with: others))
    let alive = incident.world.cloud.billed(now: incident.world.cloudTime).map(\.handle)
    #expect(alive == others)
  }

  /// After a restore the ledger is older than the machines: what looks like an orphan has live work on it.
  @Test("after a restore nothing is removed until a person confirms; then what nobody answers for goes")
  func restoredFromAnOlderBackup() {
    let incident = Incident()
    incident.world.perform(.backup)
    incident.ask("write it")
    #expect(incident.reach { incident.state("write it") == .started })
    incident.world.perform(.restore)
    incident.world.run(seconds: 7_200)
    #expect(incident.machines.isEmpty, "the ledger does not know the machine")
    #expect(incident.billed.count == 1)
    #expect(incident.calls(.destroy).isEmpty)
    incident.world.order(.confirm)
    #expect(incident.end() == [])
    #expect(incident.calls(.destroy).count == 1)
  }
}
