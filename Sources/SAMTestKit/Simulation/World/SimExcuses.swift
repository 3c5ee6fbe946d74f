// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What a person wants is done, unless there is a reason.
extension SimWorld {
  /// Whether there is a reason to refuse an order as things stand.
  func mayRefuse(_ order: SimOrder) -> Bool {
    switch order.kind {
    case .task(let id, _):
      guard let project = people.project.flatMap({ find(Project.self, $0) }), project.state == .active,
        let profile = find(Profile.self, id), profile.state == .active
      else { return true }
      return hasNowhere(profile.machine)
    case .prompt(let id, _, let earlier):
      if let earlier, !isOver(earlier, in: id) { return true }
      guard let session = find(Session.self, id), let machine = find(Machine.self, session.machine) else { return true }
      return session.state == .closed || session.queue.count >= 100
        || (machine.isProvided && (machine.isToGo || [.draining, .destroying, .gone].contains(machine.state)))
    case .choose(let id, let setting, let value):
      guard let session = find(Session.self, id), session.state != .closed else { return true }
      return session.offered?.named(setting)?.choices.contains { $0.value == value } == false
        || (session.offered != nil && session.offered?.named(setting) == nil)
    case .goOn(let id):
      return find(Session.self, id).map { $0.hold == nil || $0.active != nil || $0.queue.isEmpty } ?? true
    case .cancelTurn(let id): return find(Turn.self, id).map { Turn.table.isFinal($0.state) } ?? true
    case .cancelTask(let id): return find(SAMTask.self, id).map { SAMTask.ended.contains($0.state) } ?? true
    case .retryTask(let id):
      guard let task = find(SAMTask.self, id) else { return true }
      return (task.state != .failed && task.state != .cancelled) || hasNowhere(task.wish)
    case .answer(let id, let option, let scope):
      guard let approval = find(Approval.self, id) else { return true }
      return approval.state != .asked || !approval.options.contains { $0.id == option }
        || (scope != nil && !ApprovalSubject(approval.tool).isRecognisable)
    case .revoke(let id): return find(Grant.self, id) == nil
    case .drain(let id):
      return find(Machine.self, id).map { [.requested, .creating, .booting, .lost].contains($0.state) } ?? true
    case .discard(let id): return find(Machine.self, id).map { $0.state == .requested } ?? true
    case .confirm: return false
    }
  }

  /// Whether an order cannot be done as things stand.
  func mustRefuse(_ order: SimOrder) -> Bool {
    switch order.kind {
    case .prompt(let id, _, let earlier?): !isOver(earlier, in: id)
    case .answer(let id, let option, _):
      find(Approval.self, id).map { $0.state != .asked || !$0.options.contains { $0.id == option } } ?? true
    case .cancelTurn(let id): find(Turn.self, id).map { Turn.table.isFinal($0.state) } ?? true
    case .cancelTask(let id): find(SAMTask.self, id).map { SAMTask.ended.contains($0.state) } ?? true
    default: false
    }
  }

  /// What was accepted is done, or on its way.
  func checkDone(_ order: SimOrder) {
    let isDone: Bool
    switch order.kind {
    case .cancelTurn(let id):
      isDone = find(Turn.self, id).map { $0.state == .cancelling || Turn.table.isFinal($0.state) } ?? false
    case .cancelTask(let id):
      isDone =
        order.isAgain || find(SAMTask.self, id).map { $0.cancelRequested || SAMTask.ended.contains($0.state) } ?? false
    case .answer(let id, _, _): isDone = find(Approval.self, id)?.state != .asked
    case .revoke(let id): isDone = find(Grant.self, id)?.state == .revoked
    case .discard(let id):
      isDone = find(Machine.self, id).map { $0.isDiscarded || $0.state == .destroying || $0.state == .gone } ?? false
    case .drain(let id): isDone = find(Machine.self, id).map { $0.isToGo || $0.reason != nil } ?? false
    case .choose(let id, let setting, let value):
      isDone = order.isAgain || find(Session.self, id)?.chosen?[setting] == value
    case .confirm: isDone = order.isAgain || all(Cloud.self, statuses: ["held"]).isEmpty
    case .task, .prompt, .goOn, .retryTask: isDone = true
    }
    if !isDone { violated("I2b", "\(order.id) \(order.kind) was accepted and is not done") }
  }

  private func isOver(_ turn: TurnID, in session: SessionID) -> Bool {
    find(Turn.self, turn).map { $0.session == session && Turn.table.isFinal($0.state) } ?? false
  }

  /// Whether there is no machine for a task, and none can be made.
  private func hasNowhere(_ wish: MachineWish?) -> Bool {
    guard let wish else { return all(Machine.self, statuses: ["ready"]).allSatisfy(\.isProvided) }
    return find(Cloud.self, CloudID(provider: wish.provider)) == nil
  }
}
