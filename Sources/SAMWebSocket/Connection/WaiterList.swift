// SPDX-License-Identifier: Apache-2.0

/// Suspended callers in the order of their arrival. A value inside a lock; the owner resumes what it takes out.
///
/// A cancellation may overtake the registration of its own waiter, therefore tickets are drawn first and a cancelled
/// ticket is remembered until its registration arrives.
struct WaiterList<Request: Sendable, Answer: Sendable>: Sendable {
  typealias Continuation = CheckedContinuation<Answer, Never>

  private struct Waiter: Sendable {
    let ticket: Int
    let request: Request
    let continuation: Continuation
  }

  private var waiters: [Waiter] = []
  private var cancelled: Set<Int> = []
  private var lastTicket = 0

  var isEmpty: Bool { waiters.isEmpty }
  var first: Request? { waiters.first?.request }

  mutating func drawTicket() -> Int {
    lastTicket += 1
    return lastTicket
  }

  /// Registers a waiter; `false` when its ticket is already cancelled and the caller must resume it.
  mutating func add(ticket: Int, request: Request, continuation: Continuation) -> Bool {
    guard cancelled.remove(ticket) == nil else { return false }
    waiters.append(Waiter(ticket: ticket, request: request, continuation: continuation))
    return true
  }

  mutating func cancel(ticket: Int) -> Continuation? {
    guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else {
      cancelled.insert(ticket)
      return nil
    }
    return waiters.remove(at: index).continuation
  }

  mutating func popFirst() -> Continuation? {
    waiters.isEmpty ? nil : waiters.removeFirst().continuation
  }

  mutating func removeAll() -> [Continuation] {
    defer { waiters = [] }
    return waiters.map(\.continuation)
  }
}
