// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// What the tests ask: the plane asks with words, the node with numbers.
enum Asks: LinkExchange {
  typealias Call = String
  typealias Answer = Int
}

enum Tells: LinkExchange {
  typealias Call = Int
  typealias Answer = String
}

typealias PlaneEnd = LinkEnd<Asks, Tells, Int>
typealias NodeEnd = LinkEnd<Tells, Asks, Int>

/// Two ends and what is between them: one pipe each way, in order.
struct LinkPair {
  var plane: PlaneEnd
  var node: NodeEnd
  var down: [PlaneEnd.Outgoing] = []
  var up: [NodeEnd.Outgoing] = []
  var planeActions: [PlaneEnd.Action] = []
  var nodeActions: [NodeEnd.Action] = []
  var now = Moment(wall: Timestamp(milliseconds: 0), uptime: .zero)

  init(limits: LinkLimits = LinkLimits(), versions: (plane: [Int], node: [Int]) = ([1], [1])) {
    plane = PlaneEnd(.controlPlane, hello: LinkHello(versions: versions.plane, software: "p"), limits: limits, now: now)
    node = NodeEnd(
      .machine, hello: LinkHello(versions: versions.node, software: "n", machine: "m"), limits: limits, now: now)
    plane(.tick)
    node(.tick)
  }

  /// Two ends that have introduced themselves, and have nothing to say.
  static func open(limits: LinkLimits = LinkLimits()) -> LinkPair {
    var pair = LinkPair(limits: limits)
    pair.settle()
    (pair.planeActions, pair.nodeActions) = ([], [])
    return pair
  }

  mutating func plane(_ input: PlaneEnd.Input) {
    planeActions += plane.on(input, now: now)
    while let signal = plane.next(now: now) { down.append(signal) }
  }

  mutating func node(_ input: NodeEnd.Input) {
    nodeActions += node.on(input, now: now)
    while let signal = node.next(now: now) { up.append(signal) }
  }

  /// Carries what is between the ends until nothing is.
  mutating func settle() {
    while !(down.isEmpty && up.isEmpty) {
      if !up.isEmpty { plane(.received(up.removeFirst())) }
      if !down.isEmpty { node(.received(down.removeFirst())) }
    }
  }

  mutating func wait(_ seconds: Int) { now.uptime += .seconds(seconds) }

  /// What the plane's callers were told, by token.
  var told: [Int: [LinkAnswer<Int>]] {
    var told: [Int: [LinkAnswer<Int>]] = [:]
    for case .hand(let token, let answer) in planeActions { told[token, default: []].append(answer) }
    return told
  }

  /// What the node was asked to serve.
  var served: [Int64] { nodeActions.compactMap { if case .serve(let id, _) = $0 { id } else { nil } } }

  /// Why the plane's end is over.
  var planeReason: String? {
    planeActions.lazy.compactMap { if case .closed(let reason) = $0 { reason } else { nil } }.first
  }

  var nodeReason: String? {
    nodeActions.lazy.compactMap { if case .closed(let reason) = $0 { reason } else { nil } }.first
  }
}

extension LinkAnswer {
  /// Whether it says that the way was cut.
  var isAway: Bool { if case .failed(let error) = self { error.isAway } else { false } }
}
