// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit

/// The whole life of a machine in the simulated cloud, looked at ten times a second.
struct SimLife {
  /// All that could be seen at a time, over time.
  private var views: [Set<String>] = []
  /// Each thing with its condition, whenever that is another one than was seen last.
  private var sights: [String] = []

  init(seed: UInt64, isStarted: Bool) {
    var account = Account(.scalewayLike, seed: seed)
    if !isStarted { account.cloud.order(.partialCreate) }
    _ = account.perform(.create(Account.order("a")))
    let handle = account.cloud.resources[0].handle
    look(account)
    // It is removed some seconds after it was made, by asking every now and then until nothing is left.
    let life = account.chance.duration(in: .seconds(1)...(.seconds(40)))
    let start = account.now
    var isOver = false
    while !isOver, account.now < start + .seconds(300) {
      account.now += .milliseconds(100)
      look(account)
      guard account.now >= start + life, account.chance.oneIn(10) else { continue }
      isOver = account.destroy(handle) == .destroyed(left: [])
      look(account)
    }
  }

  private mutating func look(_ account: Account) {
    let conditions = account.cloud.resources.map {
      "\($0.kind.rawValue) \(account.cloud.condition(of: $0, now: account.now).rawValue)"
    }
    views.append(Set(conditions))
    for sight in conditions {
      let thing = sight.prefix { $0 != " " }
      if sights.last(where: { $0.hasPrefix(thing) }) != sight { sights.append(sight) }
    }
  }

  /// Whether somebody who looked now and then could have seen just this, in this order.
  func shows(_ wanted: [String]) -> Bool {
    var rest = wanted[...]
    for view in views {
      while let next = rest.first, view.contains(next) { rest = rest.dropFirst() }
    }
    return rest.isEmpty
  }

  /// From which condition to which the things changed.
  var changes: Set<String> { ScalewayFlow.Life.changes(sights) }
}
