// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// Why a message of the peer makes no sense as ACP.
public struct ACPError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of error it is; the set may grow.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The code's stable name.
    public let rawValue: String
    /// Names a code.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A required member is absent.
    public static let missing = Code(rawValue: "missing")
    /// A value is of the wrong type.
    public static let mismatch = Code(rawValue: "mismatch")
    /// The other end speaks no version that this end speaks.
    public static let unsupportedVersion = Code(rawValue: "unsupported_version")
    /// The other end did not advertise what was asked of it, so it was not asked.
    public static let notAdvertised = Code(rawValue: "not_advertised")
  }

  /// What kind of error it is.
  public let code: Code
  /// What is wrong, for a person.
  public let message: String
  /// The members and indices that lead to the place.
  public private(set) var path: [String] = []
  /// The value that is wrong, cut to 200 characters.
  public let evidence: String

  /// Makes an error.
  public init(_ code: Code, _ message: String, evidence: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.evidence = evidence.map { String($0.description.prefix(200)) } ?? ""
  }

  static func notAdvertised(_ method: String, _ capability: String) -> ACPError {
    ACPError(.notAdvertised, "the other end did not advertise \(capability), so \(method) was not sent")
  }

  static func mismatch(_ expected: String, _ value: JSONValue) -> ACPError {
    ACPError(.mismatch, "expected \(expected)", evidence: value)
  }

  func inside(_ step: String) -> ACPError {
    var error = self
    error.path.insert(step, at: 0)
    return error
  }

  /// One line for a person.
  public var description: String {
    let place = path.isEmpty ? "" : " at \(path.joined(separator: "."))"
    return "not valid ACP\(place): \(message)\(evidence.isEmpty ? "" : ", found \(evidence)")"
  }

  /// The error as the answer to a request with such parameters.
  public var asRPCError: RPCError {
    RPCError(.invalidParams, description, data: ["path": .array(path.map { .string($0) })])
  }
}
