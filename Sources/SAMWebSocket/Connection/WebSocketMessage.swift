// SPDX-License-Identifier: Apache-2.0

/// One complete message: fragments are already joined, and text is valid Unicode (RFC 6455 §5.6).
public enum WebSocketMessage: Sendable, Hashable {
  /// A text message.
  case text(String)
  /// A binary message.
  case binary([UInt8])

  /// The payload's length in bytes.
  public var byteCount: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .binary(let bytes): bytes.count
    }
  }
}

/// The messages of a connection in the order of arrival, ending when the connection ends or the reading task is cancelled.
///
/// It never throws: why the connection ended is in ``WebSocketConnection/closure``. Leaving a loop early loses nothing;
/// a second loop goes on with the next message.
public struct WebSocketMessages: AsyncSequence, Sendable {
  /// One message.
  public typealias Element = WebSocketMessage
  /// Reading never fails; it ends.
  public typealias Failure = Never

  let connection: WebSocketConnection

  /// Reads one message after the other.
  public struct Iterator: AsyncIteratorProtocol {
    let connection: WebSocketConnection

    /// The next message, or `nil` at the end.
    public mutating func next() async -> WebSocketMessage? { await connection.receive() }

    /// The next message, or `nil` at the end.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> WebSocketMessage? {
      await connection.receive()
    }
  }

  /// An iterator that shares the connection's queue with all others.
  public func makeAsyncIterator() -> Iterator { Iterator(connection: connection) }
}
