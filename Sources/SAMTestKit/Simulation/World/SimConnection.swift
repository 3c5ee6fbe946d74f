// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// One connection: the two ends that production runs, and what TCP does between them.
struct SimConnection {
  typealias ControlEnd = LinkEnd<MachineRequests, MachineReports, EffectRow>
  typealias MachineEnd = LinkEnd<MachineReports, MachineRequests, SessionID>

  let machine: MachineID
  let controlLife: Int
  let machineLife: Int
  var control: ControlEnd
  var remote: MachineEnd
  /// To the machine.
  var down = SimPipe<ControlEnd.Outgoing>()
  /// To the control plane.
  var up = SimPipe<MachineEnd.Outgoing>()
  /// Whether packets pass, or would if nothing blocked them.
  var isUp = true
  /// Nothing passes before this time.
  var blockedUntil: Int64 = 0
  /// Nothing reaches the machine before this time.
  var slowUntil: Int64 = 0
  /// When each end wants to be woken, while nothing is wrong and it would only exchange pings.
  var wakes: (control: Int64?, remote: Int64?)

  /// Whether something is on its way.
  var isCarrying: Bool { !(down.items.isEmpty && up.items.isEmpty) }

  /// Whether the transport is there and somebody uses it.
  var isInUse: Bool { isUp && !(control.isClosed && remote.isClosed) }
}

/// One direction: in order, and nothing is lost but its end.
struct SimPipe<Signal: Sendable> {
  /// What is on its way; nil = the sender has closed it.
  private(set) var items: [Signal?] = []
  /// When what was sent last arrives.
  private var last: Int64 = 0
  /// Whether something was lost: then nothing that follows arrives.
  private var isTorn = false

  /// Puts something on its way.
  /// - Returns: when it arrives.
  mutating func send(_ signal: Signal?, at earliest: Int64) -> Int64 {
    items.append(signal)
    last = max(last + 1, earliest)
    return last
  }

  /// Takes out what arrives: nil = nothing.
  mutating func arrive() -> Signal?? { isTorn || items.isEmpty ? nil : .some(items.removeFirst()) }

  /// What is sent from now on is not held up by what was.
  mutating func release() { last = 0 }

  /// Loses what is on its way, and all that follows.
  mutating func tear() {
    isTorn = true
    items = []
  }
}

extension LinkSignal {
  /// What it is, in a word or two.
  var name: String {
    switch self {
    case .call(_, let call as MachineRequest): "request " + String("\(call)".prefix { $0.isLetter })
    case .call: "report"
    case .answer(_, .given(let reply as MachineReply)): "reply " + String("\(reply)".prefix { $0.isLetter })
    case .answer(_, .given): "acknowledged"
    case .answer(_, .refused): "refused"
    case .answer(_, .failed): "failed"
    case .hello, .ping, .pong, .bye: String("\(self)".prefix { $0.isLetter })
    }
  }
}
