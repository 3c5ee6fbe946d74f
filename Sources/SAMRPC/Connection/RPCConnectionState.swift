// SPDX-License-Identifier: Apache-2.0

/// The decisions of a JSON-RPC connection, without I/O: every input gives the actions to perform, in order.
///
/// What the peer sends is dispatched from one queue in the order of arrival. A notification holds the queue until it was
/// handled; a request only has to be started; an answer only has to be delivered. So whatever was notified before an
/// answer (or a request) has been handled when the answer's caller goes on (or the request's handler starts), and no
/// request waits for another one. A cancellation alone passes the queue.
public struct RPCConnectionState: Sendable {
  /// What happens to the connection.
  public enum Input: Sendable {
    /// The peer sent something.
    case received(RPCIncoming)
    /// Nothing more will be read.
    case inputEnded(reason: String)
    /// This end gives up at once.
    case closed(reason: String)
    /// This end makes a request.
    case call(Int64, method: String, params: JSONValue?)
    /// The caller of a request went away. `sent` is false when its bytes are sure not to go out.
    case abandoned(Int64, sent: Bool)
    /// The notification that was last given to the handler has been handled.
    case notificationHandled
    /// A request that was given to the handler has been handled.
    case requestHandled(RPCID, Result<JSONValue, RPCError>)
  }

  /// What is to be done.
  public enum Action: Hashable, Sendable {
    /// Send a message.
    case send(RPCMessage)
    /// Let the caller of a request go on.
    case complete(Int64, RPCOutcome)
    /// Give a notification to the handler, and report when it has been handled; till then none other comes.
    case handleNotification(RPCNotification)
    /// Give a request to the handler, and do not wait for it.
    case startRequest(RPCRequest)
    /// Cancel the handler of a request.
    case cancelRequest(RPCID)
    /// Tell the diagnostics.
    case report(RPCDiagnostic)
    /// Everything that was received has been dispatched; there will be no further action for the handler.
    case ended(reason: String)
  }

  private enum Item: Sendable {
    case notification(RPCNotification, size: Int)
    case request(RPCRequest, size: Int)
    case answer(Int64, RPCOutcome, size: Int)
    case end(String)

    var size: Int {
      switch self {
      case .notification(_, let size), .request(_, let size), .answer(_, _, let size): size
      case .end: 0
      }
    }
  }

  private enum Progress: Sendable { case queued, started }

  private let limits: RPCConnection.Limits
  private let cancelMethod: String?
  private var queue = FIFO<Item>()
  private var queuedBytes = 0
  private var handlingNotification = false
  private var calls: Set<Int64> = []
  /// The last few requests whose callers went away, so that their late answers are no oddity.
  private var abandonedCalls = FIFO<Int64>()
  private var requests: [RPCID: Progress] = [:]
  private var inputEnd: String?
  private var isOver = false

  /// Makes the state of a new connection.
  ///
  /// - Parameters:
  ///   - limits: How much may be in flight.
  ///   - cancelMethod: The notification by which either end cancels a request, or nil when there is none.
  public init(limits: RPCConnection.Limits = .init(), cancelMethod: String? = RPCConnection.cancelMethod) {
    self.limits = limits
    self.cancelMethod = cancelMethod
  }

  /// Whether the reader should go on; false means that it waits until the handler has caught up.
  public var wantsInput: Bool {
    queue.count < limits.queuedMessages && queuedBytes < limits.queuedBytes
  }

  /// Takes an input.
  ///
  /// - Returns: What to do, in order.
  public mutating func on(_ input: Input) -> [Action] {
    var actions: [Action] = []
    switch input {
    case .received(.message(let message, let size)): receive(message, size: size, &actions)
    case .received(.faulty(let diagnostic, let answer)):
      actions.append(.report(diagnostic))
      if let answer { actions.append(.send(.response(answer))) }
    case .inputEnded(let reason):
      guard inputEnd == nil else { break }
      inputEnd = reason
      queue.append(.end(reason))
    case .closed(let reason): close(reason, &actions)
    case .call(let id, let method, let params):
      if let inputEnd {
        actions.append(.complete(id, .failure(.notSent(inputEnd))))
      } else {
        calls.insert(id)
        actions.append(.send(.request(RPCRequest(id: .number(id), method: method, params: params))))
      }
    case .abandoned(let id, let sent): abandon(id, sent: sent, &actions)
    case .notificationHandled: handlingNotification = false
    case .requestHandled(let id, let result):
      guard requests.removeValue(forKey: id) != nil else { break }
      actions.append(.send(.response(RPCResponse(id: id, result: result))))
    }
    dispatch(&actions)
    return actions
  }

  private mutating func receive(_ message: RPCMessage, size: Int, _ actions: inout [Action]) {
    guard inputEnd == nil else { return }
    switch message {
    case .notification(let notification) where notification.method == cancelMethod:
      cancel(notification, &actions)
    case .notification(let notification): enqueue(.notification(notification, size: size))
    case .request(let request): receive(request, size: size, &actions)
    case .response(let response): receive(response, size: size, &actions)
    }
  }

  private mutating func receive(_ request: RPCRequest, size: Int, _ actions: inout [Action]) {
    func refuse(_ kind: RPCDiagnostic.Kind, _ error: RPCError) {
      actions.append(.report(RPCDiagnostic(kind, "\(request.method), id \(request.id): \(error.message)")))
      actions.append(.send(.response(RPCResponse(id: request.id, result: .failure(error)))))
    }
    if requests[request.id] != nil {
      refuse(.duplicateRequest, RPCError(.invalidRequest, "A request with this id is still being handled."))
    } else if requests.count >= limits.concurrentRequests {
      refuse(.tooManyRequests, RPCError(.internalError, "Too many requests are being handled; wait for answers."))
    } else {
      requests[request.id] = .queued
      enqueue(.request(request, size: size))
    }
  }

  private mutating func receive(_ response: RPCResponse, size: Int, _ actions: inout [Action]) {
    let outcome = RPCOutcome(response.result)
    if case .number(let id) = response.id {
      if calls.remove(id) != nil { return enqueue(.answer(id, outcome, size: size)) }
      if abandonedCalls.removeFirst(where: { $0 == id }) != nil { return }
    }
    let text = "An answer with id \(response.id) came, and no request with this id is waiting."
    actions.append(.report(RPCDiagnostic(.unexpectedResponse, text, evidence: outcome.evidence)))
  }

  /// Cancelling what is unknown or already answered is no oddity: the answer and the cancellation crossed.
  private mutating func cancel(_ notification: RPCNotification, _ actions: inout [Action]) {
    guard let id = notification.params?["requestId"].flatMap(RPCID.init) else {
      let text = "\(notification.method) without requestId"
      return actions.append(.report(RPCDiagnostic(.unhandledNotification, text)))
    }
    switch requests[id] {
    case .started: actions.append(.cancelRequest(id))
    case .queued:
      requests[id] = nil
      let item = queue.removeFirst { if case .request(let request, _) = $0 { request.id == id } else { false } }
      queuedBytes -= item?.size ?? 0
      let error = RPCError(.requestCancelled, "The request was cancelled before it was started.")
      actions.append(.send(.response(RPCResponse(id: id, result: .failure(error)))))
    case nil: break
    }
  }

  private mutating func abandon(_ id: Int64, sent: Bool, _ actions: inout [Action]) {
    guard calls.remove(id) != nil, sent else { return }
    abandonedCalls.append(id)
    if abandonedCalls.count > 64 { _ = abandonedCalls.popFirst() }
    guard let cancelMethod, inputEnd == nil else { return }
    actions.append(.send(.notification(RPCNotification(method: cancelMethod, params: ["requestId": .integer(id)]))))
  }

  private mutating func enqueue(_ item: Item) {
    queue.append(item)
    queuedBytes += item.size
  }

  private mutating func dispatch(_ actions: inout [Action]) {
    while !handlingNotification, let item = queue.popFirst() {
      queuedBytes -= item.size
      switch item {
      case .notification(let notification, _):
        handlingNotification = true
        actions.append(.handleNotification(notification))
      case .request(let request, _):
        requests[request.id] = .started
        actions.append(.startRequest(request))
      case .answer(let id, let outcome, _): actions.append(.complete(id, outcome))
      case .end(let reason): end(reason, &actions)
      }
    }
  }

  private mutating func close(_ reason: String, _ actions: inout [Action]) {
    inputEnd = inputEnd ?? reason
    for item in queue {
      // An answer that has arrived is delivered even now: it is evidence of what the peer did.
      if case .answer(let id, let outcome, _) = item { actions.append(.complete(id, outcome)) }
    }
    queue.removeAll()
    queuedBytes = 0
    end(reason, &actions)
  }

  private mutating func end(_ reason: String, _ actions: inout [Action]) {
    guard !isOver else { return }
    isOver = true
    for id in calls.sorted() { actions.append(.complete(id, .failure(.connectionClosed(reason)))) }
    calls.removeAll()
    actions.append(.ended(reason: reason))
  }
}
