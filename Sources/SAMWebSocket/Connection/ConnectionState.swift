// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// What the event loop and the tasks of one connection share.
final class ConnectionState: Sendable {
  let inbox: MessageInbox
  let budget: SendBudget
  private let ending = Mutex<WebSocketClosure?>(nil)

  init(_ configuration: WebSocketConfiguration) {
    inbox = MessageInbox(limit: configuration.receiveBufferLimit)
    budget = SendBudget(limit: configuration.sendBufferLimit)
  }

  var closure: WebSocketClosure? { ending.withLock { $0 } }

  /// Ends both directions; the first cause stays. It is recorded before anybody wakes up, and a reader
  /// that has seen the end cannot send any more.
  func end(_ closure: WebSocketClosure) {
    ending.withLock { current in
      if current == nil { current = closure }
    }
    budget.finish()
    inbox.finish()
  }
}
