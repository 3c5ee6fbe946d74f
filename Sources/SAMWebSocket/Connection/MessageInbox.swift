// SPDX-License-Identifier: Apache-2.0
internal import NIOCore
internal import Synchronization

/// Received messages between the event loop and the reader, bounded by pausing the socket.
///
/// The limit may be exceeded by what one socket read decodes, and by one message; never by more.
final class MessageInbox: Sendable {
  private struct State: Sendable {
    var queue = CircularBuffer<WebSocketMessage>()
    var bytes = 0
    var isFinished = false
    var isPaused = false
    var waiters = WaiterList<Void, WebSocketMessage?>()
  }

  /// What an empty message costs, so that a flood of them is bounded too.
  private static let overhead = 64

  private let state = Mutex(State())
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func offer(_ message: WebSocketMessage) {
    let waiter = state.withLock { state -> CheckedContinuation<WebSocketMessage?, Never>? in
      guard !state.isFinished else { return nil }
      if let waiter = state.waiters.popFirst() { return waiter }
      state.queue.append(message)
      state.bytes += message.byteCount + Self.overhead
      return nil
    }
    waiter?.resume(returning: message)
  }

  /// Bytes that wait for the reader now.
  var pendingBytes: Int { state.withLock { $0.bytes } }

  /// No more messages will come; those that wait can still be read.
  func finish() {
    let waiters = state.withLock { state in
      state.isFinished = true
      return state.waiters.removeAll()
    }
    for waiter in waiters { waiter.resume(returning: nil) }
  }

  /// Whether the socket must not be read now. After `true`, a later ``next(onDrained:)`` reports that it may be again.
  func pauseIfFull() -> Bool {
    state.withLock { state in
      state.isPaused = !state.isFinished && state.bytes >= limit
      return state.isPaused
    }
  }

  /// The next message, or `nil` at the end or when the task is cancelled.
  ///
  /// - Parameter onDrained: called when the queue of a paused socket has shrunk to half its limit.
  func next(onDrained: () -> Void) async -> WebSocketMessage? {
    let (attempt, ticket) = state.withLock { state in
      let attempt = take(from: &state)
      return (attempt, attempt == nil ? state.waiters.drawTicket() : 0)
    }
    if let attempt { return deliver(attempt, onDrained) }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> Taken? in
          // The queue may have filled, or ended, between drawing the ticket and here.
          if let taken = take(from: &state) { return taken }
          let isWaiting = state.waiters.add(ticket: ticket, request: (), continuation: continuation)
          return isWaiting ? nil : Taken(message: nil, isDrained: false)
        }
        if let answer { continuation.resume(returning: deliver(answer, onDrained)) }
      }
    } onCancel: {
      state.withLock { $0.waiters.cancel(ticket: ticket) }?.resume(returning: nil)
    }
  }

  private struct Taken: Sendable {
    let message: WebSocketMessage?
    let isDrained: Bool
  }

  /// What can be answered without waiting; `nil` when the reader has to wait.
  private func take(from state: inout State) -> Taken? {
    guard let message = state.queue.popFirst() else {
      return state.isFinished ? Taken(message: nil, isDrained: false) : nil
    }
    state.bytes -= message.byteCount + Self.overhead
    let isDrained = state.isPaused && state.bytes <= limit / 2
    if isDrained { state.isPaused = false }
    return Taken(message: message, isDrained: isDrained)
  }

  private func deliver(_ taken: Taken, _ onDrained: () -> Void) -> WebSocketMessage? {
    if taken.isDrained { onDrained() }
    return taken.message
  }
}
