// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// A JSON-RPC connection: both ends may call, at any time.
///
/// ## Order
/// - Notifications are handled one at a time in the order in which they came. While one is being handled, later ones wait
///   in a bounded queue; when it is full nothing more is read, and so a slow handler slows the peer.
/// - A request's caller goes on, and a handler of a request starts, only after every notification that came earlier
///   has been handled. (`session/load` replays the history *before* it answers: when its caller goes on, the history is there.)
/// - Requests are handled concurrently. They never wait for each other, and answers and cancellations never wait for them.
/// - Therefore a handler of a *request* may make requests on the same connection and wait for them. A handler of a
///   *notification* may not, for it would wait for itself; such a request is refused with ``RPCFailure/Code/wouldDeadlock``.
///
/// ## End
/// When the peer closes its end or the stream breaks, everything that came before is dispatched, every request that still waits
/// fails with ``RPCFailure/Code/connectionClosed``, the handlers of requests are cancelled, their answers are written as far as
/// the peer takes them, and ``run(handler:)`` returns. No single line ends a connection, whatever is in it.
public final class RPCConnection: Sendable {
  /// A request of this end that waits.
  private struct Call {
    let written = OneShot<Void>()
    let answer = OneShot<JSONValue>()
  }

  private struct State {
    var machine: RPCConnectionState
    var lastCall: Int64 = 0
    var calls: [Int64: Call] = [:]
    /// What the machine wants from the handler, in order.
    var mailbox = FIFO<RPCConnectionState.Action>()
    var cancellations: [RPCID: OneShot<Void>] = [:]
    var hasRun = false
  }

  /// The connection whose notification the current task handles.
  @TaskLocal private static var notifying: ObjectIdentifier?

  private let transport: any RPCTransport
  private let configuration: Configuration
  private let state: Mutex<State>
  private let outbox = RPCOutbox()
  private let mayRead = Signal()
  private let hasMail = Signal()
  private let stop = OneShot<Void>()

  /// Makes a connection, which does nothing until ``run(handler:)``; what is sent earlier waits.
  ///
  /// - Parameters:
  ///   - transport: The stream, which the connection closes at its end.
  ///   - configuration: What it speaks and whom it tells.
  public init(over transport: any RPCTransport, configuration: Configuration = .init()) {
    self.transport = transport
    self.configuration = configuration
    let machine = RPCConnectionState(limits: configuration.limits, cancelMethod: configuration.cancelMethod)
    state = Mutex(State(machine: machine))
  }

  /// Runs a connection for as long as a body runs, and closes it then.
  ///
  /// - Parameters:
  ///   - transport: The stream.
  ///   - configuration: What the connection speaks and whom it tells.
  ///   - handler: What is done with the peer's calls.
  ///   - body: What uses the connection.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  public static func withConnection<Value>(
    over transport: any RPCTransport, configuration: Configuration = .init(), handler: some RPCHandler,
    _ body: (RPCConnection) async throws -> Value
  ) async throws -> Value {
    let connection = RPCConnection(over: transport, configuration: configuration)
    return try await connection.running(handler: handler) { try await body(connection) }
  }

  /// Runs the connection for as long as a body runs, and closes it then; for handlers that need the connection themselves.
  ///
  /// - Parameters:
  ///   - handler: What is done with the peer's calls.
  ///   - body: What uses the connection.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  public func running<Value>(handler: some RPCHandler, _ body: () async throws -> Value) async throws -> Value {
    let result = await withDiscardingTaskGroup { group -> Result<Value, any Error> in
      group.addTask { await self.run(handler: handler) }
      defer { close() }
      do { return .success(try await body()) } catch { return .failure(error) }
    }
    return try result.get()
  }
}

// MARK: - Calling

extension RPCConnection {
  /// Makes a request and waits for its answer.
  ///
  /// Cancelling the task tells the peer with the cancel notification and throws at once; the peer may act on the request all the same.
  ///
  /// - Parameters:
  ///   - method: The method.
  ///   - params: The parameters; nil leaves the member out.
  ///   - onSent: Called once when all bytes of the request have been written to the transport, before the answer is
  ///     returned. When it was never called, the peer has not got the whole request, unless the task was cancelled.
  ///     An error thrown here abandons the request.
  /// - Returns: The result.
  /// - Throws: ``RPCError`` from the peer, ``RPCFailure`` from the wire, `CancellationError`.
  public func request(
    _ method: String, _ params: JSONValue? = nil, onSent: (@Sendable () async throws -> Void)? = nil
  ) async throws -> JSONValue {
    guard Self.notifying != ObjectIdentifier(self) else {
      throw RPCFailure(
        .wouldDeadlock,
        "A notification handler requested \(method) on its own connection and would wait for itself; make the request elsewhere."
      )
    }
    try Task.checkCancellation()
    let call = Call()
    let (id, actions) = state.withLock { state in
      state.lastCall += 1
      state.calls[state.lastCall] = call
      return (state.lastCall, state.machine.on(.call(state.lastCall, method: method, params: params)))
    }
    for action in actions {
      if case .send(let message) = action { send(message, written: call.written) } else { perform([action]) }
    }
    do {
      try await call.written.value()
      try await onSent?()
      return try await call.answer.value()
    } catch {
      let isRetracted = outbox.retract(call.written)
      let isNotSent = (error as? RPCFailure)?.code == .notSent
      state.withLock { $0.calls[id] = nil }
      apply(.abandoned(id, sent: !isRetracted && !isNotSent))
      throw error
    }
  }

  /// Sends a notification and waits until it was written.
  ///
  /// Cancelling the task does not take it back, so that a cancelled turn can still say its last words.
  ///
  /// - Throws: ``RPCFailure`` with code `notSent`.
  public func notify(_ method: String, _ params: JSONValue? = nil) async throws {
    let message = RPCMessage.notification(RPCNotification(method: method, params: params))
    let written = OneShot<Void>()
    send(message, written: written)
    try await written.uncancelledValue()
  }

  /// Lets the peer read the end of the stream after what was sent, and goes on reading: the polite way to end an agent.
  public func finishSending() {
    outbox.finish()
  }

  /// Ends the connection at once. Doing it twice is no error.
  ///
  /// - Parameter reason: Why; requests that wait fail with it.
  public func close(reason: String = "this end closed it") {
    apply(.closed(reason: reason))
    outbox.fail(.notSent(reason))
    transport.close()
    mayRead.raise()
  }

  /// Puts a message into the outbox; nobody waits for it when there is nothing to set.
  private func send(_ message: RPCMessage, written: OneShot<Void>?) {
    outbox.enqueue(message.line(dialect: configuration.dialect), written: written)
  }
}

// MARK: - Running

extension RPCConnection {
  /// Runs the connection until it ends. May be called once.
  ///
  /// Cancelling the task closes the connection at once.
  ///
  /// - Parameter handler: What is done with the peer's calls.
  /// - Returns: Why the connection ended, for a person.
  @discardableResult
  public func run(handler: some RPCHandler) async -> String {
    let isFirst = state.withLock { state in
      defer { state.hasRun = true }
      return !state.hasRun
    }
    guard isFirst else { return "it has run before" }
    return await withTaskCancellationHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.read() }
        group.addTask { await self.write() }
        let reason = await withCancellation(by: stop) { await self.dispatch(to: handler) }
        // All handlers have ended; what they answered still goes out.
        outbox.finish()
        await group.waitForAll()
        transport.close()
        return reason
      }
    } onCancel: {
      close(reason: "the task that ran it was cancelled")
    }
  }

  private func read() async {
    var framer = LineFramer(limit: configuration.limits.lineLength)
    do {
      while true {
        while !wantsInput { try await mayRead.wait() }
        guard let chunk = try await transport.read() else { break }
        for frame in framer.append(chunk) { receive(frame) }
      }
      for frame in framer.finish() { receive(frame) }
      apply(.inputEnded(reason: "the peer closed it"))
    } catch {
      apply(.inputEnded(reason: "reading ended: \(error)"))
    }
  }

  private var wantsInput: Bool {
    outbox.unawaitedBytes < configuration.limits.unsentBytes && state.withLock { $0.machine.wantsInput }
  }

  private func receive(_ frame: LineFramer.Output) {
    if let onWire = configuration.onWire {
      switch frame {
      case .line(let line), .oversized(let line), .unfinished(let line): onWire(.incoming, line)
      }
    }
    let incoming = RPCIncoming(frame, dialect: configuration.dialect, answersGarbage: configuration.answersGarbage)
    apply(.received(incoming))
  }

  private func write() async {
    let mirror = configuration.onWire.map { onWire in
      { @Sendable (line: [UInt8]) in onWire(.outgoing, Array(line.dropLast())) }
    }
    do {
      try await outbox.run(over: transport, willWrite: mirror) { mayRead.raise() }
      transport.finishWriting()
    } catch is CancellationError {
      return
    } catch {
      // Reading goes on: what the peer said before it went must still be heard.
      configuration.onDiagnostic(RPCDiagnostic(.writeFailed, "\(error)"))
      mayRead.raise()
    }
  }

  /// Gives an input to the machine and does what it says.
  private func apply(_ input: RPCConnectionState.Input) {
    let actions = state.withLock { state in
      let actions = state.machine.on(input)
      // In the same breath, so that the mailbox has the machine's order whoever gives the input.
      for action in actions where action.isForHandler {
        state.mailbox.append(action)
        // Here, so that a cancellation finds the request even before the handler has been given it.
        if case .startRequest(let request) = action { state.cancellations[request.id] = OneShot() }
      }
      return actions
    }
    perform(actions)
    mayRead.raise()
  }

  private func perform(_ actions: [RPCConnectionState.Action]) {
    for action in actions {
      switch action {
      case .send(let message): send(message, written: nil)
      case .complete(let id, let outcome):
        guard let call = state.withLock({ $0.calls.removeValue(forKey: id) }) else { break }
        call.answer.set(outcome.asResult)
        // When the wire failed, the caller need not wait until its bytes are written: they may never be.
        if case .failure(let failure) = outcome { call.written.set(.failure(failure)) }
      case .cancelRequest(let id): state.withLock { $0.cancellations[id] }?.set(.success(()))
      case .report(let diagnostic): configuration.onDiagnostic(diagnostic)
      case .ended:
        stop.set(.success(()))
        hasMail.raise()
      case .handleNotification, .startRequest: hasMail.raise()
      }
    }
  }
}

// MARK: - Dispatching

extension RPCConnectionState.Action {
  fileprivate var isForHandler: Bool {
    switch self {
    case .handleNotification, .startRequest, .ended: true
    case .send, .complete, .cancelRequest, .report: false
    }
  }
}

extension RPCConnection {
  /// Gives the handler its work in order; returns when the connection has ended and all handlers have returned.
  private func dispatch(to handler: some RPCHandler) async -> String {
    await withDiscardingTaskGroup { group in
      while true {
        guard let action = state.withLock({ $0.mailbox.popFirst() }) else {
          do { try await hasMail.wait() } catch { return "the task that ran it was cancelled" }
          continue
        }
        switch action {
        case .handleNotification(let notification):
          await handle(notification, with: handler)
          apply(.notificationHandled)
        case .startRequest(let request):
          guard let cancellation = state.withLock({ $0.cancellations[request.id] }) else { continue }
          // Immediate, so that requests are started in the order in which they came.
          group.addImmediateTask { await self.handle(request, with: handler, cancellation) }
        case .ended(let reason): return reason
        default: continue
        }
      }
    }
  }

  private func handle(_ notification: RPCNotification, with handler: some RPCHandler) async {
    do {
      try await Self.$notifying.withValue(ObjectIdentifier(self)) { try await handler.notification(notification) }
    } catch {
      let text = "\(notification.method): \(error)"
      let evidence = notification.params?.serialized() ?? []
      configuration.onDiagnostic(RPCDiagnostic(.unhandledNotification, text, evidence: evidence))
    }
  }

  private func handle(_ request: RPCRequest, with handler: some RPCHandler, _ cancellation: OneShot<Void>) async {
    let result: Result<JSONValue, RPCError> = await withCancellation(by: cancellation) {
      do {
        return .success(try await handler.request(request))
      } catch let error as RPCError {
        return .failure(error)
      } catch is CancellationError {
        return .failure(RPCError(.requestCancelled, "The request was cancelled."))
      } catch {
        self.configuration.onDiagnostic(RPCDiagnostic(.handlerFailed, "\(request.method): \(error)"))
        return .failure(RPCError(.internalError, "\(request.method) failed: \(error)"))
      }
    }
    let actions = state.withLock { state in
      state.cancellations[request.id] = nil
      return state.machine.on(.requestHandled(request.id, result))
    }
    for case .send(let message) in actions {
      // Waiting bounds the outbox; a failure was told by the writer.
      let written = OneShot<Void>()
      send(message, written: written)
      do { try await written.uncancelledValue() } catch { continue }
    }
  }
}
