// SPDX-License-Identifier: Apache-2.0

/// What went wrong with the wire itself, in contrast to an ``RPCError``, which the peer sent.
public struct RPCFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is; the set may grow.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The code's stable name.
    public let rawValue: String
    /// Names a code.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The connection ended before the answer came; whether the peer acted on the request is unknown.
    public static let connectionClosed = Code(rawValue: "connection_closed")
    /// The bytes were never handed to the transport, or not all of them.
    public static let notSent = Code(rawValue: "not_sent")
    /// A notification handler made a request on its own connection, which would wait for itself.
    public static let wouldDeadlock = Code(rawValue: "would_deadlock")
    /// A system call on a descriptor failed.
    public static let system = Code(rawValue: "system")
  }

  /// What kind of failure it is.
  public let code: Code
  /// One sentence for a person.
  public let message: String
  /// The `errno` of the system call that failed, if one did.
  public let errno: Int32?

  /// Makes a failure.
  public init(_ code: Code, _ message: String, errno: Int32? = nil) {
    self.code = code
    self.message = message
    self.errno = errno
  }

  /// The failure of a request that was still waiting when its connection ended.
  ///
  /// - Parameter reason: Why the connection ended.
  public static func connectionClosed(_ reason: String) -> RPCFailure {
    RPCFailure(.connectionClosed, "The connection ended before an answer came: \(reason)")
  }

  /// The failure of a message that did not go out whole.
  ///
  /// - Parameter reason: Why it did not.
  public static func notSent(_ reason: String) -> RPCFailure {
    RPCFailure(.notSent, "The message was not sent: \(reason)")
  }

  /// One line for a person.
  public var description: String { message }
}
