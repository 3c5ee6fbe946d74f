// SPDX-License-Identifier: Apache-2.0
import SAMCore
import Synchronization

/// A machine whose agent does what the prompt's first word says: `ask` asks for permission, `wait` works until it is
/// cancelled, `flood N` says N things, anything else says "hello" and ends.
final class FakeMachine: MachineLink {
  /// What the machine reports; somebody hands it to the orchestrator.
  let reports: AsyncStream<OutboxBatch>
  private let continuation: AsyncStream<OutboxBatch>.Continuation
  private let state = Mutex(State())

  private struct State {
    var sequences: [SessionID: Int64] = [:]
    var asking: [ApprovalID: (SessionSpec, TurnID)] = [:]
    var working: [TurnID: SessionSpec] = [:]
    var approvals = 0
    var requests: [MachineRequest] = []
  }

  init() { (reports, continuation) = AsyncStream.makeStream(of: OutboxBatch.self) }

  /// What was asked of the machine.
  var requests: [MachineRequest] { state.withLock { $0.requests } }

  func request(_ request: MachineRequest) async throws -> MachineReply {
    state.withLock { $0.requests.append(request) }
    switch request {
    case .prepare: return .prepared(baseCommit: "0123456789012345678901234567890123456789")
    case .deliver(let delivery):
      play(delivery)
      return .done
    case .answer(_, let approval, let option, _):
      if let (spec, turn) = state.withLock({ $0.asking.removeValue(forKey: approval) }), let option {
        report(
          spec, turn,
          [.entry(.agent(TextBlock("you said \(option)")), raw: nil), .ended(.finished(stopReason: "end_turn"))])
      }
      return .done
    case .cancel(_, let turn):
      if let spec = state.withLock({ $0.working.removeValue(forKey: turn) }) {
        report(spec, turn, [.ended(.finished(stopReason: "cancelled"))])
      }
      return .done
    case .publish(let order):
      return .published(
        PublishedWork(
          result: TaskResult(
            branch: order.branch, head: "abc", commits: [Commit(sha: "abc", subject: order.message)], files: 1,
            insertions: 2, deletions: 0)))
    case .save(let order): return .published(PublishedWork(result: TaskResult(branch: order.branch)))
    case .check(let launch, _):
      if launch.command == "hang" { try await Task.sleep(for: .seconds(60)) }
      return .checked(AgentCheck(works: true, name: "fake", abilities: ["load"], program: launch.command))
    case .attach, .end: return .done
    }
  }

  /// Says something more in a turn that works.
  func say(_ texts: [String], in turn: TurnID) {
    guard let spec = state.withLock({ $0.working[turn] }) else { return }
    report(spec, turn, texts.map { .entry(.agent(TextBlock($0)), raw: JSONText(text: #"{"secret_raw":true}"#)) })
  }

  private func play(_ delivery: PromptDelivery) {
    let words = delivery.text.split(separator: " ")
    switch words.first {
    case "ask":
      let id = state.withLock { state in
        state.approvals += 1
        let id = ApprovalID(trusted: "approval_\(delivery.spec.session.rawValue.dropFirst(8))\(state.approvals)")
        state.asking[id] = (delivery.spec, delivery.turn)
        return id
      }
      report(
        delivery.spec, delivery.turn,
        [
          .started,
          .asked(
            id, title: "Run rm?", tool: ToolActivity(id: "call", title: "rm", kind: "execute"),
            options: [
              ApprovalOption(id: "yes", name: "Yes", kind: "allow_once"),
              ApprovalOption(id: "no", name: "No", kind: "reject_once"),
            ]),
        ])
    case "wait":
      state.withLock { $0.working[delivery.turn] = delivery.spec }
      report(delivery.spec, delivery.turn, [.started, .entry(.thought(TextBlock("hm")), raw: nil)])
    default:
      report(
        delivery.spec, delivery.turn,
        [
          .started, .entry(.agent(TextBlock("hello")), raw: JSONText(text: #"{"secret_raw":true}"#)),
          .entry(.tool(ToolActivity(id: "call", title: "edit", status: "completed")), raw: nil),
          .entry(.agent(TextBlock("done")), raw: nil), .ended(.finished(stopReason: "end_turn")),
        ])
    }
  }

  private func report(_ spec: SessionSpec, _ turn: TurnID, _ contents: [OutboxItem.Content]) {
    let first = state.withLock { state in
      let first = state.sequences[spec.session, default: 0] + 1
      state.sequences[spec.session] = first + Int64(contents.count) - 1
      return first
    }
    let items = contents.enumerated().map { index, content in
      OutboxItem(
        sequence: first + Int64(index), at: Timestamp(milliseconds: 1_770_000_000_000), turn: turn, content: content)
    }
    continuation.yield(OutboxBatch(session: spec.session, epoch: spec.epoch, items: items))
  }
}
