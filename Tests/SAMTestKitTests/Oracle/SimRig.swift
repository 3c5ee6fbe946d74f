// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMRPC
import SAMTestKit

/// The simulated cloud, played by the same script as the oracle.
struct SimRig: CloudRig {
  var account: Account
  private var handles: [String: MachineHandle] = [:]

  init(_ behaviour: SimCloud.Behaviour, seed: UInt64 = 1) {
    account = Account(behaviour, seed: seed)
    account.cloud.behaviour.page = 2
  }

  mutating func create(_ name: String) -> Sight { see(account.perform(.create(Account.order(name)))) }
  mutating func find(_ name: String) -> Sight { see(account.find(handle(name))) }
  mutating func list() -> Sight { see(account.list()) }
  mutating func destroy(_ name: String) -> Sight { see(account.destroy(handle(name))) }
  mutating func wait() { account.now += .seconds(60) }

  private func handle(_ name: String) -> MachineHandle { handles[name] ?? MachineHandle(version: 1, value: "none") }

  private mutating func see(_ answer: SimCloud.Answer) -> Sight {
    switch answer {
    case .created(let made):
      handles[made.name] = made.handle
      return .created
    case .found(let machine): return .found(machine != nil)
    case .listed(let all):
      for machine in all { handles[machine.name] = machine.handle }
      return .listed(all.map(\.name))
    case .destroyed(let left): return .destroyed(left: left.map { String($0.prefix { $0 != " " }) })
    case .failed(let error): return .refused(error.code, evidence: Self.brief(error.evidence))
    }
  }

  /// Status and code of what the cloud says that the provider answered.
  static func brief(_ evidence: String) -> String {
    guard let space = evidence.firstIndex(of: " ") else { return "no answer" }
    let body = try? JSONValue(parsing: String(evidence[space...]))
    let code = body?["error"]?["code"]?.stringValue ?? body?["type"]?.stringValue ?? ""
    let limit = body?["error"]?["details"]?["limits"]?[0]?["name"]?.stringValue.map { " " + $0 } ?? ""
    return "\(evidence[..<space]) \(code)\(limit)"
  }

  mutating func trouble(_ trouble: Trouble) {
    switch trouble {
    case .createAnswerLost: account.cloud.order(.lostAnswer, on: .create)
    case .create504After: account.cloud.order(.errorAfter, on: .create)
    case .create504Before: account.cloud.order(.errorBefore, on: .create)
    case .create503: account.cloud.order(.unavailable, on: .create)
    case .createPartly: account.cloud.order(.partialCreate)
    case .noStock: account.cloud.order(.outOfStock)
    case .quota(let name):
      let kind: SimCloud.Resource.Kind = name == "primary_ip_limit" ? .address : .server
      let most = account.cloud.billed(now: account.now).count { $0.kind == kind }
      account.cloud.behaviour.quota = .init(name, of: kind, most: most)
    case .destroy429: account.cloud.order(.rate, on: .destroy)
    case .destroyAnswerLost: account.cloud.order(.lostAnswer, on: .destroy)
    case .secondPage503: account.cloud.order(.brokenList)
    case .badCredential: account.cloud.order(.authentication)
    case .over:
      account.cloud.endFaults()
      account.cloud.behaviour.quota = nil
    case .foreign(let name):
      account.cloud.plantForeign(
        installation: InstallationID(trusted: "sam_two"), machine: MachineID(trusted: "machine_\(name)"), name: name,
        now: account.now)
    }
  }

  func billed() -> String {
    let billed = account.cloud.billed(now: account.now)
    return "servers \(billed.count { $0.kind == .server }), volumes \(billed.count { $0.kind == .volume })"
  }
}
