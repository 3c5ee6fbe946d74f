// SPDX-License-Identifier: Apache-2.0
public import NIOCore

/// One open WebSocket, on either side. Reading, writing and closing are independent and may happen in different tasks.
///
/// It lives as long as the scope that gave it: the server's handler or ``WebSocketClient/withConnection(url:headers:subprotocols:configuration:configureTLS:body:)``.
/// A handler has to end when ``messages`` ends; one that only writes should use ``run(receiving:sending:)``, which ends
/// the writer for it. While nobody reads, close frames of the peer stay unseen once the receive buffer is full.
public struct WebSocketConnection: Sendable {
  /// The subprotocol that both sides agreed on.
  public let subprotocol: String?
  /// The other side's address.
  public let remoteAddress: SocketAddress?

  let channel: any Channel
  let state: ConnectionState

  init(channel: any Channel, state: ConnectionState, subprotocol: String?) {
    self.channel = channel
    self.state = state
    self.subprotocol = subprotocol
    self.remoteAddress = channel.remoteAddress
  }

  /// The received messages until the connection ends.
  public var messages: WebSocketMessages { WebSocketMessages(connection: self) }

  /// How the connection ended; `nil` while it is open. Set before ``messages`` ends.
  public var closure: WebSocketClosure? { state.closure }

  /// The next message; `nil` when the connection has ended or the task is cancelled.
  public func receive() async -> WebSocketMessage? {
    await state.inbox.next(onDrained: { channel.read() })
  }

  /// Sends a text message; suspends while the peer reads too slowly.
  ///
  /// - Throws: ``WebSocketError/Code/closed``, or `CancellationError`; the message is not sent then.
  public func send(text: String) async throws {
    try await send(.text(ByteBuffer(string: text)))
  }

  /// Sends a binary message; suspends while the peer reads too slowly.
  ///
  /// - Throws: ``WebSocketError/Code/closed``, or `CancellationError`; the message is not sent then.
  public func send(binary: some Sequence<UInt8>) async throws {
    try await send(.binary(ByteBuffer(bytes: binary)))
  }

  /// Sends a message; suspends while the peer reads too slowly.
  ///
  /// - Throws: ``WebSocketError/Code/closed``, or `CancellationError`; the message is not sent then.
  public func send(_ message: WebSocketMessage) async throws {
    switch message {
    case .text(let text): try await send(text: text)
    case .binary(let bytes): try await send(binary: bytes)
    }
  }

  private func send(_ command: WebSocketCommand) async throws {
    let size = command.byteCount
    guard size <= Int(UInt32.max) else {
      throw WebSocketError(.messageTooBig, "A message of \(size) bytes does not fit into a frame. Split it.")
    }
    guard try await state.budget.acquire(size) else {
      throw WebSocketError.closed(
        state.closure ?? WebSocketClosure(code: .abnormal, reason: "", byPeer: false))
    }
    let written = channel.eventLoop.makePromise(of: Void.self)
    written.futureResult.whenComplete { [budget = state.budget] _ in budget.release(size) }
    channel.writeAndFlush(command, promise: written)
  }

  /// Ends the connection: sends what `send` has accepted, then a close frame, and waits for the peer's answer at most
  /// the configured time. Never fails; does nothing more than wait when the connection is already ending.
  ///
  /// Messages that arrive from now on are dropped. A cancelled task does not wait for the answer.
  ///
  /// - Parameters:
  ///   - code: why; applications use 4000–4999.
  ///   - reason: at most 123 bytes of UTF-8, longer ones are cut.
  public func close(code: WebSocketCloseCode = .normal, reason: String = "") async {
    channel.writeAndFlush(WebSocketCommand.close(code, reason), promise: nil)
    await withTaskCancellationHandler {
      await channel.untilClosed()
    } onCancel: {
      channel.close(promise: nil)
    }
  }

  /// Reads and writes at the same time; whichever side ends first ends the other by cancellation.
  ///
  /// The reading side ends when the connection does. That the connection is closed is no error here; see ``closure``.
  ///
  /// - Parameters:
  ///   - receiving: called for each message in order; the next one is read when it returns.
  ///   - sending: writes until it returns or its task is cancelled.
  /// - Throws: what either closure throws first, except `.closed`.
  public func run(
    receiving: @escaping @Sendable (WebSocketMessage) async throws -> Void,
    sending: @escaping @Sendable (WebSocketConnection) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await message in messages { try await receiving(message) }
      }
      group.addTask { try await sending(self) }
      let first = await group.nextResult()
      group.cancelAll()
      let second = await group.nextResult()
      try Self.rethrow(first, unless: { ($0 as? WebSocketError)?.code == .closed })
      try Self.rethrow(
        second, unless: { $0 is CancellationError || ($0 as? WebSocketError)?.code == .closed })
    }
  }

  private static func rethrow(_ result: Result<Void, any Error>?, unless isExpected: (any Error) -> Bool) throws {
    if case .failure(let error) = result, !isExpected(error) { throw error }
  }
}

extension Channel {
  /// Waits until the channel is closed; a close future does not fail.
  func untilClosed() async {
    await withCheckedContinuation { continuation in
      closeFuture.whenComplete { _ in continuation.resume() }
    }
  }
}

/// What tasks ask of the channel.
enum WebSocketCommand: Sendable {
  case text(ByteBuffer)
  case binary(ByteBuffer)
  case close(WebSocketCloseCode, String)

  var byteCount: Int {
    switch self {
    case .text(let buffer), .binary(let buffer): buffer.readableBytes
    case .close: 0
    }
  }
}
