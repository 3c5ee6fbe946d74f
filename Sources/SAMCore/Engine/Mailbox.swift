// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// A first-in-first-out queue with one consumer: the order that actors do not promise.
///
/// It does not bound itself; whoever posts is bounded by what it waits for (an acknowledgement, a credit).
public final class Mailbox<Element: Sendable>: Sendable {
  private struct State {
    var items: [Element] = []
    var waiter: CheckedContinuation<[Element], Never>?
    var closed = false
  }
  private let state = Mutex(State())

  /// An empty mailbox.
  public init() {}

  /// Puts an element at the end.
  /// - Returns: false when the mailbox is closed and the element was dropped.
  @discardableResult
  public func post(_ element: Element) -> Bool {
    let (taken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<[Element], Never>?) in
      guard !state.closed else { return (false, nil) }
      if let waiter = state.waiter {
        state.waiter = nil
        return (true, waiter)
      }
      state.items.append(element)
      return (true, nil)
    }
    waiter?.resume(returning: [element])
    return taken
  }

  /// Closes when nothing waits in it.
  /// - Returns: whether it is closed now.
  public func closeIfEmpty() -> Bool {
    state.withLock { state in
      if state.items.isEmpty { state.closed = true }
      return state.closed
    }
  }

  /// No more elements: the consumer gets what is left, then an empty batch.
  public func close() {
    let waiter = state.withLock { state -> CheckedContinuation<[Element], Never>? in
      state.closed = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: [])
  }

  /// All that has been posted, in order; waits for the first. Empty when the mailbox is closed or the task cancelled.
  public func next() async -> [Element] {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let ready = state.withLock { state -> [Element]? in
          if !state.items.isEmpty {
            defer { state.items = [] }
            return state.items
          }
          if state.closed { return [] }
          state.waiter = continuation
          return nil
        }
        if let ready { continuation.resume(returning: ready) }
      }
    } onCancel: {
      close()
    }
  }
}
