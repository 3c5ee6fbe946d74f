// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// What a host reads from: the production mailbox, or one that forgets to wake its reader.
enum HostMailbox<Element: Sendable>: Sendable {
  case sound(Mailbox<Element>)
  case forgetful(ForgetfulMailbox<Element>)

  init(isForgetful: Bool) { self = isForgetful ? .forgetful(ForgetfulMailbox()) : .sound(Mailbox()) }

  @discardableResult
  func post(_ element: Element) -> Bool {
    switch self {
    case .sound(let mailbox): mailbox.post(element)
    case .forgetful(let mailbox): mailbox.post(element)
    }
  }

  func next() async -> [Element] {
    switch self {
    case .sound(let mailbox): await mailbox.next()
    case .forgetful(let mailbox): await mailbox.next()
    }
  }

  func close() {
    switch self {
    case .sound(let mailbox): mailbox.close()
    case .forgetful(let mailbox): mailbox.close()
    }
  }
}

/// A mailbox with a mistake that is easily made: it remembers that somebody called, not how often, and gives out one
/// element for each call. Of two that are posted while nobody waits, one lies there until the next post.
final class ForgetfulMailbox<Element: Sendable>: Sendable {
  private struct State {
    var items: [Element] = []
    var isCalled = false
    var waiter: CheckedContinuation<Void, Never>?
    var isClosed = false
  }
  private let state = Mutex(State())

  func post(_ element: Element) -> Bool {
    let isOpen = state.withLock { state in
      if !state.isClosed { state.items.append(element) }
      return !state.isClosed
    }
    call()
    return isOpen
  }

  func close() {
    state.withLock { $0.isClosed = true }
    call()
  }

  private func call() {
    let waiter = state.withLock { state in
      state.isCalled = state.waiter == nil
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  func next() async -> [Element] {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          if state.isCalled || state.isClosed { return true }
          state.waiter = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
      return state.withLock { state in
        state.isCalled = false
        return state.items.isEmpty ? [] : [state.items.removeFirst()]
      }
    } onCancel: {
      close()
    }
  }
}
