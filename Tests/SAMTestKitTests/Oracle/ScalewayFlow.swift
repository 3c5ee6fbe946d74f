// SPDX-License-Identifier: Apache-2.0
import SAMRPC
import SAMTestKit

/// What a recording of Scaleway's API shows of a machine and its volume.
///
/// SAM never stops a machine that it means to start again; where a recording does that, what was seen before is left out.
struct ScalewayFlow {
  /// From a start, or a create call, to an end.
  struct Life {
    /// Whether it was started at all.
    var isStarted = false
    /// Each thing with its condition, whenever that is another one than was seen last.
    var sights: [String] = []

    /// From which condition to which the things changed.
    var changes: Set<String> { Self.changes(sights) }

    static func changes(_ sights: [String]) -> Set<String> {
      var changes: Set<String> = []
      for thing in ["server", "volume"] {
        let seen = sights.filter { $0.hasPrefix(thing) }
        for (before, after) in zip(seen, seen.dropFirst()) { changes.insert("\(before) -> \(after)") }
      }
      return changes
    }

    fileprivate mutating func see(_ thing: String, _ condition: SimCloud.Condition) {
      let sight = "\(thing) \(condition.rawValue)"
      if sights.last(where: { $0.hasPrefix(thing) }) != sight { sights.append(sight) }
    }
  }

  /// Empty when it shows none.
  private(set) var lives: [Life] = []
  /// Seconds from `starting` to `running`.
  private(set) var starting: [Int] = []
  /// Seconds from the terminate call until the volume was free.
  private(set) var ending: [Int] = []
  private var began: Int?
  private var ended: Int?

  init(_ exchanges: [SharedData.Exchange]) {
    var life = Life()
    for exchange in exchanges {
      let action = exchange.request?["action"]?.stringValue
      // The last step of a create call; what was to be seen in the middle of it is not for SAM either.
      if action == "poweron" { life = Life(isStarted: true) }
      // Stopped on purpose: what follows until the next start is not for SAM.
      if action == "stop_in_place" || action == "poweroff" { life = Life(isStarted: true) }
      if let server = exchange.body?["server"] {
        note(server, &life)
      } else if exchange.path.contains("/servers/"), isGone(exchange) {
        life.see("server", .gone)
      }
      if exchange.path.hasPrefix("/block/") { noteVolume(exchange, &life) }
    }
    if !life.sights.isEmpty { lives.append(life) }
  }

  private func isGone(_ exchange: SharedData.Exchange) -> Bool {
    exchange.body?["resource"]?.stringValue == "instance_server" && exchange.status == 404
      || exchange.method == "DELETE" && exchange.status == 204
  }

  private mutating func note(_ server: JSONValue, _ life: inout Life) {
    guard let state = server["state"]?.stringValue, let at = Self.second(server["modification_date"]) else { return }
    switch state {
    case "stopped":
      if !life.isStarted { life.see("server", .stopped) }
    case "starting":
      life.see("server", .starting)
      began = at
    case "running":
      life.see("server", .running)
      if let began { starting.append(at - began) }
      began = nil
    case "stopping":
      // After a stop on purpose there is nothing to see until the next start.
      guard !life.sights.isEmpty else { return }
      life.see("server", .stopping)
      ended = at
    default: break
    }
  }

  private mutating func noteVolume(_ exchange: SharedData.Exchange, _ life: inout Life) {
    guard !life.sights.isEmpty else { return }
    switch (exchange.method, exchange.status, exchange.body?["status"]?.stringValue) {
    case ("DELETE", 204, _): life.see("volume", .gone)
    case (_, 200, "in_use"): life.see("volume", .inUse)
    case (_, 200, "available"):
      life.see("volume", .available)
      if let ended, let free = Self.second(exchange.body?["last_detached_at"]) { ending.append(free - ended) }
      ended = nil
    default: break
    }
  }

  /// The second of the day in a time such as `2026-07-30T12:54:45.873090+00:00`.
  private static func second(_ time: JSONValue?) -> Int? {
    guard let clock = time?.stringValue?.dropFirst(11).prefix(8) else { return nil }
    let parts = clock.split(separator: ":").compactMap { Int($0) }
    return parts.count == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : nil
  }
}
