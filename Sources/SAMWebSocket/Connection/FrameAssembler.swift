// SPDX-License-Identifier: Apache-2.0
internal import NIOCore
internal import NIOWebSocket

/// Which side of the connection this is: clients mask their frames, servers do not (RFC 6455 §5.1).
enum WebSocketRole: Sendable {
  case server, client
}

/// Turns frames into messages and enforces the protocol's rules (RFC 6455 §5). No I/O.
struct FrameAssembler {
  /// What a frame completed.
  enum Event {
    case message(WebSocketMessage)
    case ping(ByteBuffer)
    case pong
    case close(WebSocketClosure)
  }

  /// The peer broke a rule; the connection ends with this code.
  struct Violation: Error, Equatable {
    let code: WebSocketCloseCode
    let reason: String
  }

  private let role: WebSocketRole
  private let maxMessageSize: Int
  private var fragments: (isText: Bool, joined: ByteBuffer)?

  init(role: WebSocketRole, maxMessageSize: Int) {
    self.role = role
    self.maxMessageSize = maxMessageSize
  }

  /// Takes the next frame; `nil` when the message goes on.
  mutating func accept(_ frame: WebSocketFrame) throws(Violation) -> Event? {
    guard (frame.maskKey != nil) == (role == .server) else {
      throw Violation(
        code: .protocolError,
        reason: role == .server ? "client frames must be masked" : "server frames must not be masked")
    }
    guard frame.reservedBits.isEmpty else {
      throw Violation(code: .protocolError, reason: "reserved bits without an extension")
    }
    switch frame.opcode {
    case .text: return try begin(frame, isText: true)
    case .binary: return try begin(frame, isText: false)
    case .continuation: return try resume(frame)
    // The decoder has already refused fragmented and long control frames.
    case .ping: return .ping(frame.unmaskedData)
    case .pong: return .pong
    case .connectionClose: return .close(try Self.closure(frame.unmaskedData))
    default: throw Violation(code: .protocolError, reason: "unknown opcode")
    }
  }

  private mutating func begin(_ frame: WebSocketFrame, isText: Bool) throws(Violation) -> Event? {
    guard fragments == nil else {
      throw Violation(code: .protocolError, reason: "a new message inside a fragmented one")
    }
    return try finish(isText: isText, joined: frame.unmaskedData, isFinal: frame.fin)
  }

  private mutating func resume(_ frame: WebSocketFrame) throws(Violation) -> Event? {
    guard let isText = fragments?.isText, var joined = fragments?.joined else {
      throw Violation(code: .protocolError, reason: "a continuation without a beginning")
    }
    // Dropped so that appending finds a unique buffer: a copy for each tiny fragment would cost quadratic time.
    fragments = nil
    joined.writeImmutableBuffer(frame.unmaskedData)
    return try finish(isText: isText, joined: joined, isFinal: frame.fin)
  }

  private mutating func finish(isText: Bool, joined: ByteBuffer, isFinal: Bool) throws(Violation) -> Event? {
    guard joined.readableBytes <= maxMessageSize else {
      throw Violation(code: .messageTooBig, reason: "a message may have \(maxMessageSize) bytes")
    }
    guard isFinal else {
      fragments = (isText, joined)
      return nil
    }
    guard isText else { return .message(.binary(Array(joined.readableBytesView))) }
    guard let text = String(validating: joined.readableBytesView, as: UTF8.self) else {
      throw Violation(code: .invalidPayload, reason: "text that is not UTF-8")
    }
    return .message(.text(text))
  }

  /// Reads a close frame's payload (RFC 6455 §5.5.1).
  private static func closure(_ payload: ByteBuffer) throws(Violation) -> WebSocketClosure {
    var payload = payload
    if payload.readableBytes == 0 { return WebSocketClosure(code: .noStatus, reason: "", byPeer: true) }
    guard let number = payload.readInteger(as: UInt16.self) else {
      throw Violation(code: .protocolError, reason: "a close frame of one byte")
    }
    let code = WebSocketCloseCode(rawValue: number)
    guard code.mayBeSent else { throw Violation(code: .protocolError, reason: "close code \(number)") }
    guard let reason = String(validating: payload.readableBytesView, as: UTF8.self) else {
      throw Violation(code: .invalidPayload, reason: "a close reason that is not UTF-8")
    }
    return WebSocketClosure(code: code, reason: reason, byPeer: true)
  }

  /// A close frame's payload: empty for codes that may not be sent, the reason cut to what fits.
  static func payload(code: WebSocketCloseCode, reason: String) -> ByteBuffer {
    guard code.mayBeSent else { return ByteBuffer() }
    var payload = ByteBuffer(integer: code.rawValue)
    for character in reason {
      guard payload.readableBytes + character.utf8.count <= 125 else { break }
      payload.writeString(String(character))
    }
    return payload
  }
}
