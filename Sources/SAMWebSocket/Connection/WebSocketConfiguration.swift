// SPDX-License-Identifier: Apache-2.0

/// Limits and deadlines of one connection, the same on both sides.
public struct WebSocketConfiguration: Sendable, Hashable {
  /// The largest message that is received, in bytes, after joining fragments; a larger one ends the connection with 1009.
  public var maxMessageSize: Int
  /// How many received bytes may wait for the reader before the socket is no longer read.
  public var receiveBufferLimit: Int
  /// How many bytes may wait for the operating system before `send` suspends.
  public var sendBufferLimit: Int
  /// The time between pings; `nil` sends none, so that a vanished peer may stay unnoticed.
  public var pingInterval: Duration?
  /// How long the peer may be silent after a ping before the connection is given up.
  public var pongTimeout: Duration
  /// How long the peer may take to answer a close frame before the socket is closed anyway.
  public var closeTimeout: Duration

  /// A configuration; the defaults suit both machines and browsers.
  public init(
    maxMessageSize: Int = 4 << 20, receiveBufferLimit: Int = 256 << 10, sendBufferLimit: Int = 256 << 10,
    pingInterval: Duration? = .seconds(20), pongTimeout: Duration = .seconds(20),
    closeTimeout: Duration = .seconds(5)
  ) {
    self.maxMessageSize = maxMessageSize
    self.receiveBufferLimit = receiveBufferLimit
    self.sendBufferLimit = sendBufferLimit
    self.pingInterval = pingInterval
    self.pongTimeout = pongTimeout
    self.closeTimeout = closeTimeout
  }

  /// What the frame decoder may hold: NIO's limit is the largest 32-bit number.
  var maxFrameSize: Int { min(max(maxMessageSize, 125), Int(UInt32.max)) }
}
