// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// The way from one life of the control plane to a machine: slow, lossy, and cut at times. It also looks whether effects
/// of one lane come one after the other.
final class FaultyLink: MachineLink {
  private let machine: DriverMachine
  private let faults: Faults
  private let run: ExecutorRun
  /// Which lanes have a request under way, in this life.
  private let lanes: LaneWatch

  init(to machine: DriverMachine, lanes: LaneWatch, faults: Faults, run: ExecutorRun) {
    self.machine = machine
    self.lanes = lanes
    self.faults = faults
    self.run = run
  }

  func request(_ request: MachineRequest) async throws -> MachineReply {
    lanes.enter(request, faults)
    defer { lanes.leave(request) }
    run.note("ask \(request.name)")
    try await run.pause(upTo: 20)
    let isPrepare = if case .prepare = request { true } else { false }
    if faults.strike(isPrepare ? 40 : 8) { throw LinkError("the request was lost; SAM asks again") }
    let asked = run.clock.uptime
    let reply = try await machine.request(request)
    let took = run.clock.uptime - asked
    // The disk takes some milliseconds; a wake-up that was lost takes until something else happens to come.
    if took > .seconds(2) { faults.violate("\(request.name) was answered after \(took)") }
    try await run.pause(upTo: 20)
    if faults.strike(isPrepare ? 40 : 8) { throw LinkError("the reply was lost; SAM asks again") }
    return reply
  }
}

/// Which lanes are busy: the dispatcher promises one effect at a time in each.
final class LaneWatch: Sendable {
  private let busy = Mutex<Set<String>>([])

  func enter(_ request: MachineRequest, _ faults: Faults) {
    guard let lane = request.lane else { return }
    if !busy.withLock({ $0.insert(lane).inserted }) {
      faults.violate("two effects of lane \(lane) run at the same time: \(request.name)")
    }
  }

  func leave(_ request: MachineRequest) {
    guard let lane = request.lane else { return }
    busy.withLock { _ = $0.remove(lane) }
  }
}

extension MachineRequest {
  /// The lane of the effect that asks this; nil where the request does not show it.
  var lane: String? {
    switch self {
    case .deliver(let delivery): delivery.spec.session.rawValue
    case .attach(let spec, _): spec.session.rawValue
    case .end(let session): session.rawValue
    case .cancel(let session, _): "\(session)/cancel"
    case .answer(let session, _, _, _): "\(session)/approvals"
    case .prepare, .publish, .save, .check: nil
    }
  }

  /// What is asked, for the trace.
  var name: String {
    switch self {
    case .deliver(let delivery): "deliver \(delivery.turn)"
    case .attach(let spec, let turn): "attach \(spec.session) \(turn.map(\.rawValue) ?? "-")"
    case .cancel(_, let turn): "cancel \(turn)"
    case .answer(_, let approval, let option, _): "answer \(approval) \(option ?? "-")"
    case .end(let session): "end \(session)"
    case .prepare(let order): "prepare \(order.workspace)"
    case .publish(let order): "publish \(order.workspace)"
    case .save(let order): "save \(order.workspace)"
    case .check: "check"
    }
  }
}
