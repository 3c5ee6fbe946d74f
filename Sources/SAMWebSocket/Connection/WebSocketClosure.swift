// SPDX-License-Identifier: Apache-2.0

/// The number that says why a WebSocket ended (RFC 6455 §7.4).
public struct WebSocketCloseCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire.
  public let rawValue: UInt16

  /// A code by its number; applications use 4000–4999.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// 1000: the purpose of the connection is fulfilled.
  public static let normal = Self(rawValue: 1000)
  /// 1001: this side is shutting down or leaving.
  public static let goingAway = Self(rawValue: 1001)
  /// 1002: the peer broke the protocol.
  public static let protocolError = Self(rawValue: 1002)
  /// 1003: a kind of message that this side does not take.
  public static let unsupportedData = Self(rawValue: 1003)
  /// 1005: the close frame carried no code; never sent.
  public static let noStatus = Self(rawValue: 1005)
  /// 1006: the connection ended without a close frame; never sent.
  public static let abnormal = Self(rawValue: 1006)
  /// 1007: text that is not UTF-8.
  public static let invalidPayload = Self(rawValue: 1007)
  /// 1008: the message violates a policy.
  public static let policyViolation = Self(rawValue: 1008)
  /// 1009: the message is larger than this side takes.
  public static let messageTooBig = Self(rawValue: 1009)
  /// 1011: this side failed.
  public static let internalError = Self(rawValue: 1011)

  /// The number.
  public var description: String { String(rawValue) }

  /// Whether the code may stand in a close frame (RFC 6455 §7.4.1 and the IANA registry).
  var mayBeSent: Bool {
    switch rawValue {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }
}

/// How a connection ended.
public struct WebSocketClosure: Sendable, Hashable, CustomStringConvertible {
  /// The code; ``WebSocketCloseCode/abnormal`` when no close frame was exchanged.
  public let code: WebSocketCloseCode
  /// The reason in words; may be empty.
  public let reason: String
  /// Whether the peer began the end.
  public let byPeer: Bool

  /// A closure as recorded by one side.
  public init(code: WebSocketCloseCode, reason: String, byPeer: Bool) {
    self.code = code
    self.reason = reason
    self.byPeer = byPeer
  }

  /// Code, side and reason in one line.
  public var description: String {
    let side = byPeer ? "by the peer" : "by this side"
    return reason.isEmpty ? "\(code) \(side)" : "\(code) \(side): \(reason)"
  }
}
