// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no frame that can be used.
public struct LinkFrameError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the reason.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name.
    public let rawValue: String
    /// - Parameter rawValue: the name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The bytes are no frame.
    public static let malformed = Code(rawValue: "malformed_frame")
    /// The frame is of a version that this side does not read.
    public static let unsupportedVersion = Code(rawValue: "unsupported_version")
    /// The frame is over the limit.
    public static let tooLarge = Code(rawValue: "frame_too_large")
  }
  /// The stable name of the reason.
  public var code: Code
  /// What is wrong and what to do next.
  public var message: String
  /// The evidence: the underlying error or the start of the line, never all of it.
  public var evidence: String

  /// - Parameters: as the properties of the same names.
  public init(_ code: Code, _ message: String, evidence: String = "") {
    self.code = code
    self.message = message
    self.evidence = evidence
  }

  /// Message, code and evidence.
  public var description: String { "\(message) (\(code.rawValue)\(evidence.isEmpty ? "" : ": \(evidence)"))" }
}
