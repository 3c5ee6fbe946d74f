// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// The control plane as one machine sees it: it asks until it hears an answer, and takes items in by their sequence.
struct ModelControlPlane {
  /// Something that it asks for until it is answered.
  enum Request: Hashable {
    case attach
    case deliver(TurnID, text: String)
    case cancel(TurnID)
    case answer(ApprovalID, option: String?)
    case end
  }

  let session = SessionID(trusted: "session_model")
  var epoch: Int64 = 1
  var launch = AgentLaunch(command: "agent", echoesPrompts: true)
  /// Whether it answers what agents ask.
  var answersApprovals = true
  /// What is still to be answered by the machine, in order.
  private(set) var open: [Request] = []
  /// Prompts that the machine has acknowledged.
  private(set) var acknowledged: Set<TurnID> = []
  /// What was taken in, in order.
  private(set) var items: [OutboxItem] = []
  /// What went wrong: promises that the machine broke.
  private(set) var violations: [String] = []

  var spec: SessionSpec {
    SessionSpec(session: session, epoch: epoch, workspace: WorkspaceID(trusted: "workspace_model"), launch: launch)
  }

  mutating func want(_ request: Request) { open.append(request) }

  /// The connection is new: the machine is attached before anything else is asked.
  mutating func reconnected() {
    open.removeAll { $0 == .attach }
    open.insert(.attach, at: 0)
  }

  func input(_ request: Request) -> SessionHost.Input {
    switch request {
    case .attach: .attach(spec)
    case .deliver(let turn, let text): .deliver(PromptDelivery(spec: spec, turn: turn, text: text))
    case .cancel(let turn): .cancel(turn)
    case .answer(let approval, let option): .answer(approval, option: option)
    case .end: .end
    }
  }

  mutating func replied(_ request: Request, _ reply: MachineReply) {
    guard let index = open.firstIndex(of: request) else {
      violations.append("a second answer to \(request)")
      return
    }
    open.remove(at: index)
    if case .deliver(let turn, _) = request, reply == .done { acknowledged.insert(turn) }
  }

  /// Takes a batch in.
  /// - Returns: the sequence through which everything is here; nil = it is of another epoch.
  mutating func receive(_ batch: OutboxBatch) -> Int64? {
    guard batch.epoch == epoch else { return nil }
    for item in batch.items {
      let place = Int(item.sequence)
      if place <= items.count {
        if items[place - 1] != item { violations.append("item \(place) was \(items[place - 1]) and became \(item)") }
      } else if place == items.count + 1 {
        items.append(item)
        if answersApprovals, case .asked(let id, _, _, _) = item.content { want(.answer(id, option: "yes")) }
      } else {
        violations.append("item \(place) came after item \(items.count)")
      }
    }
    return Int64(items.count)
  }

  /// How a turn ended: none, one or (a broken promise) several ends.
  func ends(of turn: TurnID) -> [TurnEnd] {
    items.compactMap { item in
      if item.turn == turn, case .ended(let end) = item.content { end } else { nil }
    }
  }

  /// What the agent said, put together.
  func text(of turn: TurnID? = nil) -> String {
    items.reduce(into: "") { text, item in
      guard case .entry(.agent(let block), _) = item.content, turn == nil || item.turn == turn else { return }
      text += block.text
    }
  }
}
