// SPDX-License-Identifier: Apache-2.0

/// Something odd that a connection survived: worth a log line, not worth the connection.
public struct RPCDiagnostic: Hashable, Sendable, CustomStringConvertible {
  /// What kind of oddity it is; the set may grow.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    /// The kind's stable name.
    public let rawValue: String
    /// Names a kind.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A line is not JSON; often a log message that strayed to standard output.
    public static let garbage = Kind(rawValue: "garbage")
    /// A line is JSON and no JSON-RPC message.
    public static let invalidMessage = Kind(rawValue: "invalid_message")
    /// A line was longer than the limit and was skipped.
    public static let oversizedLine = Kind(rawValue: "oversized_line")
    /// The stream ended inside a line.
    public static let unfinishedLine = Kind(rawValue: "unfinished_line")
    /// An answer came to nothing that is waiting.
    public static let unexpectedResponse = Kind(rawValue: "unexpected_response")
    /// A request came with the id of one that is still being handled.
    public static let duplicateRequest = Kind(rawValue: "duplicate_request")
    /// A request was refused because too many are being handled.
    public static let tooManyRequests = Kind(rawValue: "too_many_requests")
    /// A notification that the handler does not know, or whose handling failed.
    public static let unhandledNotification = Kind(rawValue: "unhandled_notification")
    /// A handler failed with an error that is no ``RPCError``.
    public static let handlerFailed = Kind(rawValue: "handler_failed")
    /// Bytes could not be written; the peer no longer reads.
    public static let writeFailed = Kind(rawValue: "write_failed")
  }

  /// How many bytes of a line are kept as evidence.
  public static let evidenceLength = 512

  /// What kind of oddity it is.
  public let kind: Kind
  /// One sentence for a person.
  public let message: String
  /// The start of the line that caused it, at most ``evidenceLength`` bytes; it may hold secrets of the peer.
  public let evidence: [UInt8]

  /// Makes a diagnostic.
  public init(_ kind: Kind, _ message: String, evidence: some Collection<UInt8> = []) {
    self.kind = kind
    self.message = message
    self.evidence = Array(evidence.prefix(Self.evidenceLength))
  }

  /// One line for a person.
  public var description: String {
    evidence.isEmpty
      ? "\(kind.rawValue): \(message)"
      : "\(kind.rawValue): \(message) [\(String(decoding: evidence, as: UTF8.self))]"
  }
}
