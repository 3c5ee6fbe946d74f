// SPDX-License-Identifier: Apache-2.0

extension RPCConnection {
  /// The notification that cancels a request in ACP; MCP's is `notifications/cancelled`. Both name it in `requestId`.
  public static let cancelMethod = "$/cancel_request"

  /// How much may be in flight on one connection.
  public struct Limits: Hashable, Sendable {
    /// The longest line, in bytes; a longer one is skipped.
    public var lineLength = LineFramer.defaultLimit
    /// How many received messages may wait for the handler before nothing more is read.
    public var queuedMessages = 256
    /// How many bytes of received messages may wait for the handler before nothing more is read.
    public var queuedBytes = 16 << 20
    /// How many requests of the peer are handled at a time; more are answered with an error.
    public var concurrentRequests = 512
    /// How many bytes of answers that nobody waits for (refusals) may be unsent before nothing more is read.
    public var unsentBytes = 1 << 20

    /// The defaults.
    public init() {}
  }

  /// Which way a line went.
  public enum Direction: String, Hashable, Sendable {
    /// From the peer to this end.
    case incoming
    /// From this end to the peer.
    case outgoing
  }

  /// What a connection speaks and whom it tells.
  public struct Configuration: Sendable {
    /// How strictly the envelope is kept.
    public var dialect = RPCMessage.Dialect.jsonRPC2
    /// The notification that cancels a request, or nil when the protocol has none.
    public var cancelMethod: String? = RPCConnection.cancelMethod
    /// Whether a line that is not JSON is answered with a parse error.
    public var answersGarbage = false
    /// How much may be in flight.
    public var limits = Limits()
    /// Called for everything odd; it must not block.
    public var onDiagnostic: @Sendable (RPCDiagnostic) -> Void = { _ in }
    /// Mirrors every line without its line break: received ones before they are acted on, sent ones before they are
    /// written. It must not block. The lines hold secrets.
    public var onWire: (@Sendable (Direction, [UInt8]) -> Void)?

    /// The defaults: JSON-RPC 2.0 with ACP's cancellation.
    public init() {}
  }
}
