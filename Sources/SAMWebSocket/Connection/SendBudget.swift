// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// How many bytes may wait for the operating system: what makes `send` suspend while the peer reads slowly.
///
/// It counts on the sender's side of the event loop, because the channel's own writability is known only after the loop
/// has seen the write; a fast sender would pass it by any amount.
final class SendBudget: Sendable {
  private enum Admission: Sendable { case admitted, cancelled, ended }

  private struct State: Sendable {
    var pending = 0
    var isFinished = false
    var waiters = WaiterList<Int, Admission>()
  }

  private let state = Mutex(State())
  private let limit: Int

  init(limit: Int) { self.limit = max(limit, 1) }

  /// Waits until less than the limit is pending, then takes `size` bytes; the caller must ``release(_:)`` them.
  ///
  /// - Returns: `false` when the connection has ended.
  /// - Throws: `CancellationError`; nothing is taken then.
  func acquire(_ size: Int) async throws -> Bool {
    try Task.checkCancellation()
    let (attempt, ticket) = state.withLock { state in
      let attempt = admit(size, &state)
      return (attempt, attempt == nil ? state.waiters.drawTicket() : 0)
    }
    let admission = if let attempt { attempt } else { await wait(ticket, size) }
    if admission == .cancelled { throw CancellationError() }
    return admission == .admitted
  }

  /// The answer that can be given without waiting; `nil` when the sender has to wait.
  private func admit(_ size: Int, _ state: inout State) -> Admission? {
    if state.isFinished { return .ended }
    guard state.waiters.isEmpty, state.pending < limit else { return nil }
    state.pending += size
    return .admitted
  }

  private func wait(_ ticket: Int, _ size: Int) async -> Admission {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> Admission? in
          // The budget may have been freed between drawing the ticket and here.
          if let admission = admit(size, &state) { return admission }
          return state.waiters.add(ticket: ticket, request: size, continuation: continuation) ? nil : .cancelled
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      state.withLock { $0.waiters.cancel(ticket: ticket) }?.resume(returning: .cancelled)
    }
  }

  /// Gives bytes back and admits those who waited for them.
  func release(_ size: Int) {
    let admitted = state.withLock { state in
      state.pending -= size
      var admitted: [CheckedContinuation<Admission, Never>] = []
      while state.pending < limit, let request = state.waiters.first, let waiter = state.waiters.popFirst() {
        state.pending += request
        admitted.append(waiter)
      }
      return admitted
    }
    for waiter in admitted { waiter.resume(returning: .admitted) }
  }

  /// The connection has ended: nobody will be admitted again.
  func finish() {
    let waiters = state.withLock { state in
      state.isFinished = true
      return state.waiters.removeAll()
    }
    for waiter in waiters { waiter.resume(returning: .ended) }
  }

  /// Bytes that wait for the operating system now.
  var pendingBytes: Int { state.withLock { $0.pending } }
}
