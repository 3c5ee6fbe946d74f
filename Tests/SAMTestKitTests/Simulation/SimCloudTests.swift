// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Testing

@Suite("Simulated cloud")
struct SimCloudTests {
  @Test("a machine that is made is found, listed, boots, and is billed until it is removed")
  func wholeLife() throws {
    var account = Account(.calm)
    let made = try account.create("a")
    #expect(account.cloud.booted(now: account.now).isEmpty)
    #expect(account.find(made.handle) == .found(made))
    #expect(account.list() == .listed([made]))
    account.now += .seconds(60)
    #expect(account.cloud.booted(now: account.now).map(\.handle) == [made.handle])
    #expect(account.destroy(made.handle) == .destroyed(left: []))
    #expect(account.destroy(made.handle) == .destroyed(left: []))
    #expect(account.find(made.handle) == .found(nil))
    #expect(account.list() == .listed([]))
    #expect(account.cloud.billed(now: account.now).isEmpty)
    #expect(account.cloud.resources.map(\.until) == [account.now])
  }

  @Test("a create call whose answer gets lost has made a machine; one that got lost has not")
  func lostCreate() {
    var account = Account(.calm)
    account.cloud.order(.lostAnswer)
    #expect(account.refusedCreate("a") == .unknownOutcome)
    account.cloud.order(.lostCall)
    #expect(account.refusedCreate("b") == .unknownOutcome)
    #expect(account.listedNames() == ["a"])
    #expect(account.cloud.log.map { $0.changes.isEmpty } == [false, true, true])
    #expect(account.cloud.log[0].after == account.cloud.behaviour.timeout)
  }

  @Test("the lost answer may be to any of the calls that make a machine: it is started then, or never")
  func lostInTheMiddle() throws {
    var started: Set<Bool> = []
    for seed in UInt64(1)...30 {
      var account = Account(.scalewayLike, seed: seed)
      account.cloud.order(.lostAnswer)
      #expect(account.refusedCreate("a") == .unknownOutcome)
      #expect(account.listedNames() == ["a"])
      account.now += account.cloud.behaviour.boot.upperBound
      started.insert(!account.cloud.booted(now: account.now).isEmpty)
    }
    #expect(started == [true, false])
  }

  @Test("a create call that stops in the middle leaves a labelled machine that never boots")
  func partialCreate() throws {
    var account = Account(.calm)
    account.cloud.order(.partialCreate)
    #expect(account.refusedCreate("a") == .unknownOutcome)
    account.now += .seconds(86_400)
    #expect(account.cloud.booted(now: account.now).isEmpty)
    #expect(account.listedNames() == ["a"])
    #expect(account.cloud.billed(now: account.now).map(\.isLabelled) == [true])
  }

  @Test("lists and looks may be behind for new and for removed machines, and never by more than the settling")
  func staleReads() throws {
    var account = Account(.calm)
    account.cloud.behaviour.rates = [.staleRead: 1]
    let made = try account.create("a")
    #expect(account.listedNames() == [])
    #expect(account.find(made.handle) == .found(nil))
    account.now += account.settling
    #expect(account.listedNames() == ["a"])
    #expect(account.destroy(made.handle) == .destroyed(left: []))
    #expect(account.listedNames() == ["a"])
    account.now += account.settling
    #expect(account.listedNames() == [])
  }

  @Test("a removal may be answered before it is done, or without being done")
  func lyingRemovals() throws {
    var account = Account(.calm)
    let made = try account.create("a")
    account.cloud.order(.removesNothing)
    #expect(account.destroy(made.handle) == .destroyed(left: []))
    account.now += account.settling * 10
    #expect(account.listedNames() == ["a"])
    account.cloud.order(.removesLate)
    #expect(account.destroy(made.handle) == .destroyed(left: []))
    #expect(account.listedNames() == ["a"])
    #expect(account.cloud.booted(now: account.now).isEmpty)
    account.now += account.settling
    #expect(account.listedNames() == [])
    #expect(account.cloud.billed(now: account.now).isEmpty)
  }

  @Test("what a removal leaves is named until another call has removed it")
  func leftParts() throws {
    var account = Account(.hetznerLike)
    let made = try account.create("a")
    account.cloud.order(.leavesPart)
    account.cloud.order(.leavesPart)
    #expect(account.destroy(made.handle) == .destroyed(left: ["address sim-1-address-1 is there still"]))
    #expect(account.cloud.billed(now: account.now).map(\.kind) == [.address])
    #expect(account.destroy(made.handle) == .destroyed(left: []))
    #expect(account.cloud.billed(now: account.now).isEmpty)
  }

  @Test("an outage, a refused credential and an empty stock last for a while and end")
  func windows() throws {
    var account = Account(.calm)
    for (fault, code, longest) in [
      (SimCloud.Fault.outage, ProviderError.Code.unavailable, account.cloud.behaviour.outage.upperBound),
      (.authentication, .authentication, account.cloud.behaviour.refusal.upperBound),
      (.outOfStock, .capacity, account.cloud.behaviour.shortage.upperBound),
    ] {
      account.cloud.order(fault)
      #expect(account.refusedCreate("a") == code)
      account.now += .seconds(1)
      #expect(account.refusedCreate("a") == code)
      account.now += longest
      let made = try account.create("a")
      #expect(account.destroy(made.handle) == .destroyed(left: []))
    }
  }

  @Test("a schedule says until when something lasts")
  func scheduledWindows() throws {
    var account = Account(.calm)
    let end = account.now + .seconds(100)
    account.cloud.breakDown(until: end)
    account.cloud.refuseCredential(until: end + .seconds(100))
    account.cloud.sellOut("small", until: end + .seconds(200))
    var codes: [ProviderError.Code?] = []
    for _ in 0..<4 {
      codes.append(account.refusedCreate("a"))
      account.now += .seconds(100)
    }
    #expect(codes == [.unavailable, .authentication, .capacity, nil])
  }

  @Test("a kind that is out of stock does not keep others from being made")
  func stockByKind() throws {
    var account = Account(.calm)
    account.cloud.behaviour.kinds = [.init("small", stock: 1), .init("large")]
    let first = try account.create("a")
    #expect(account.refusedCreate("b") == .capacity)
    #expect(account.refusedCreate("b", kind: "small") == .capacity)
    _ = try account.create("b", kind: "large")
    #expect(account.refusedCreate("c", kind: "huge") == .invalid)
    #expect(account.destroy(first.handle) == .destroyed(left: []))
    _ = try account.create("c")
  }

  @Test("a list of which a page fails is an error and never a shorter list")
  func brokenList() throws {
    var account = Account(.calm)
    account.cloud.behaviour.page = 2
    for name in ["a", "b", "c", "d", "e"] { _ = try account.create(name) }
    account.cloud.order(.brokenList)
    #expect(account.code(account.list()) == .unavailable)
    account.cloud.behaviour.limit = .init(burst: 2, refill: .seconds(1))
    #expect(account.code(account.list()) == .rate)
    account.cloud.behaviour.limit = nil
    #expect(account.listedNames() == ["a", "b", "c", "d", "e"])
  }

  @Test("a limit that is met between the steps of a create call leaves a part of a machine")
  func limitInTheMiddle() throws {
    var account = Account(.scalewayLike)
    account.cloud.behaviour.limit = .init(burst: 2, refill: .seconds(1))
    #expect(account.refusedCreate("a") == .unknownOutcome)
    #expect(account.refusedCreate("b") == .rate)
    account.now += .seconds(10)
    #expect(account.listedNames() == ["a"])
  }

  @Test("other installations' machines and unlabelled ones are never listed, whatever their names")
  func neighbours() throws {
    var account = Account(.calm)
    let made = try account.create("a")
    let key = try #require(made.machine)
    let other = InstallationID(trusted: "sam_two")
    let foreign = account.cloud.plantForeign(installation: other, machine: key, name: "a", now: account.now)
    account.cloud.plantUnlabelled(name: "a", now: account.now)
    #expect(account.list() == .listed([made]))
    guard case .listed(let theirs) = account.perform(.list(other)) else { throw Account.Unexpected() }
    #expect(theirs.map(\.handle) == [foreign])
    #expect(account.cloud.billed(now: account.now).count == 3)
    #expect(account.cloud.billed(now: account.now).filter(\.isLabelled).count == 2)
  }

  @Test("where names are unique, somebody else's machine takes a name as well")
  func uniqueNames() throws {
    var account = Account(.hetznerLike)
    let other = InstallationID(trusted: "sam_two")
    account.cloud.plantForeign(
      installation: other, machine: MachineID(trusted: "machine_z"), name: "a", now: account.now)
    #expect(account.refusedCreate("a") == .unknownOutcome)
    #expect(account.listedNames() == [])
  }

  @Test("machines vanish, behind SAM's back or by themselves, and what outlives them is billed on")
  func vanishing() throws {
    var account = Account(.scalewayLike)
    let first = try account.create("a")
    let removals = [
      account.cloud.remove(first.handle, now: account.now), account.cloud.remove(first.handle, now: account.now),
    ]
    #expect(removals == [true, false])
    #expect(account.find(first.handle) == .found(nil))
    #expect(account.cloud.billed(now: account.now).map(\.kind) == [.volume])
    account.cloud.order(.vanishes)
    let second = try account.create("b")
    account.now += account.cloud.behaviour.lifetime.upperBound
    #expect(account.find(second.handle) == .found(nil))
    #expect(account.cloud.booted(now: account.now).isEmpty)
    for made in [first, second] { #expect(account.destroy(made.handle) == .destroyed(left: [])) }
    #expect(account.cloud.billed(now: account.now).isEmpty)
  }

  @Test("what outlived its machine is listed in its place where the provider does that")
  func leftovers() throws {
    var account = Account(.scalewayLike)
    account.cloud.behaviour.parts = [.init(.volume, outlives: true, isLabelled: true)]
    account.cloud.behaviour.listsLeftovers = true
    let made = try account.create("a")
    account.cloud.remove(made.handle, now: account.now)
    #expect(account.listedNames() == ["a"])
    #expect(account.destroy(made.handle) == .destroyed(left: []))
    #expect(account.listedNames() == [])
  }

  @Test("a machine never boots, or boots late")
  func boots() throws {
    var account = Account(.calm)
    account.cloud.order(.neverBoots)
    _ = try account.create("a")
    account.cloud.order(.bootsLate)
    let late = try account.create("b")
    account.now += account.cloud.behaviour.boot.upperBound
    #expect(account.cloud.booted(now: account.now).isEmpty)
    account.now += account.cloud.behaviour.lateBoot.upperBound
    #expect(account.cloud.booted(now: account.now).map(\.handle) == [late.handle])
  }
}
