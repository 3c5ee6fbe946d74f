// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMRPC
import SAMTestKit
import Testing

/// The simulated cloud against recordings of real providers.
@Suite("Simulated cloud against recordings", .enabled(if: SharedData.isPresent))
struct CassetteTests {
  static let flows = [
    "scaleway/flow-create-cloudinit-poweron-poll-terminate", "scaleway/flow-state-stop", "scaleway/create-server",
  ]

  @Test("what a recorded machine and its volume went through is among what the simulated ones go through")
  func recordedOrders() throws {
    for flow in Self.flows {
      let recordings = try ScalewayFlow(SharedData.exchanges(flow)).lives
      #expect(recordings.count == 1)
      for recorded in recordings {
        #expect(recorded.sights.count >= 2, "\(flow): \(recorded.sights)")
        print("recorded in \(flow): \(recorded.sights.joined(separator: ", "))")
        let lives = (UInt64(1)...40).map { SimLife(seed: $0, isStarted: recorded.isStarted) }
        #expect(lives.contains { $0.shows(recorded.sights) }, "\(flow): \(recorded.sights)")
      }
    }
  }

  @Test("the simulated machine and volume change only as the recorded ones do, and in all those ways")
  func recordedChanges() throws {
    var recorded: Set<String> = []
    for flow in Self.flows {
      for life in try ScalewayFlow(SharedData.exchanges(flow)).lives { recorded.formUnion(life.changes) }
    }
    var simulated: Set<String> = []
    for seed in UInt64(1)...40 {
      for isStarted in [true, false] { simulated.formUnion(SimLife(seed: seed, isStarted: isStarted).changes) }
    }
    #expect(simulated == recorded)
  }

  @Test("how long it took is within how long it may take")
  func recordedTimes() throws {
    let behaviour = SimCloud.Behaviour.scalewayLike
    var starts: [Int] = []
    var ends: [Int] = []
    for name in Self.flows + ["scaleway/terminate-with-ip"] {
      let flow = try ScalewayFlow(SharedData.exchanges(name))
      starts += flow.starting
      ends += flow.ending
    }
    #expect(starts.count >= 5)
    #expect(ends.count >= 2)
    for seconds in starts { #expect(behaviour.starting.contains(.seconds(seconds)), "\(starts)") }
    let inUse = try #require(behaviour.parts.first).inUse
    let end = (behaviour.removal.lowerBound + inUse.lowerBound)...(behaviour.removal.upperBound + inUse.upperBound)
    for seconds in ends { #expect(end.contains(.seconds(seconds)), "\(ends)") }
    print("recorded: \(starts) s to start, \(ends) s from the terminate call until the volume was free")
  }

  @Test("the create call's own answer carries the labels of the server, and the volume carries none")
  func recordedLabels() throws {
    let exchanges = try SharedData.exchanges(Self.flows[0])
    let create = try #require(exchanges.first { $0.method == "POST" && $0.path.hasSuffix("/servers") })
    let asked = try #require(create.request?["tags"]?.arrayValue)
    #expect(!asked.isEmpty)
    #expect(create.body?["server"]?["tags"]?.arrayValue == asked)
    let volume = try #require(exchanges.first { $0.path.hasPrefix("/block/") })
    #expect(volume.body?["tags"]?.arrayValue == [])
    var account = Account(.scalewayLike)
    _ = try account.create("a")
    #expect(account.cloud.resources.map(\.kind) == [.server, .volume])
    #expect(account.cloud.resources.map(\.isLabelled) == [true, false])
  }

  @Test("a volume that is let go of is in use for a while, then free, then gone by a call of its own")
  func recordedDetaching() throws {
    let flow = try ScalewayFlow(SharedData.exchanges("scaleway/terminate-with-ip"))
    let volume = flow.lives.flatMap(\.sights).filter { $0.hasPrefix("volume") }
    #expect(volume == ["volume inUse", "volume available", "volume gone"])
    let lives = (UInt64(1)...50).map { SimLife(seed: $0, isStarted: true) }
    #expect(lives.contains { $0.shows(["server gone"] + volume) })
  }

  @Test("each error that Hetzner really answered is one that the simulated cloud answers, with the same consequence")
  func hetznerErrors() throws {
    let simulated = try simulatedErrors(.hetznerLike, quota: .init("primary_ip_limit", of: .address, most: 0))
    var compared = 0
    for exchange in try SharedData.exchanges("hetzner/real-errors-from-public-threads") {
      let error = exchange.body?["error"]
      // A path that the API does not have: a fault of who calls it, which no cloud makes.
      if error?["message"]?.stringValue == "api route not found" { continue }
      let limit = error?["details"]?["limits"]?[0]?["name"]?.stringValue.map { " " + $0 } ?? ""
      // A HEAD request was answered without a body.
      let code = error?["code"]?.stringValue ?? "rate_limit_exceeded"
      let consequence = WireRules.hetzner(exchange.status, code, reading: exchange.method != "POST")
      #expect(simulated.contains("\(consequence) \(exchange.status) \(code)\(limit)"), "\(exchange)")
      compared += 1
    }
    #expect(compared == 8)
  }

  @Test("each error that Scaleway really answered to a create call is one that the simulated cloud answers")
  func scalewayErrors() throws {
    let simulated = try simulatedErrors(.scalewayLike, quota: .init("servers", most: 0))
    let refused = try SharedData.exchanges("scaleway/err-create-invalid-arguments").filter { $0.status >= 400 }
    #expect(!refused.isEmpty)
    for exchange in refused {
      let type = exchange.body?["type"]?.stringValue ?? ""
      let consequence = WireRules.scaleway(exchange.status, type, reading: false)
      #expect(simulated.contains("\(consequence) \(exchange.status) \(type)"), "\(exchange)")
    }
  }

  /// All refusals that a behaviour has words for: the code, then status and code of the provider.
  private func simulatedErrors(_ behaviour: SimCloud.Behaviour, quota: SimCloud.Quota) throws -> Set<String> {
    var errors: Set<String> = []
    func note(_ answer: SimCloud.Answer) {
      guard case .failed(let error) = answer else { return }
      errors.insert("\(error.code) \(SimRig.brief(error.evidence))")
    }
    for fault in SimCloud.Fault.allCases {
      for kind in SimCloud.CallKind.allCases {
        var account = Account(behaviour)
        let made = try account.create("a")
        account.cloud.order(fault)
        switch kind {
        case .create: note(account.perform(.create(Account.order("b"))))
        case .find: note(account.find(made.handle))
        case .list: note(account.list())
        case .destroy: note(account.destroy(made.handle))
        }
      }
    }
    var account = Account(behaviour)
    note(account.perform(.create(Account.order("a", kind: "no such kind"))))
    _ = try account.create("a")
    note(account.perform(.create(Account.order("a"))))
    account.cloud.behaviour.quota = quota
    note(account.perform(.create(Account.order("b"))))
    return errors
  }
}
