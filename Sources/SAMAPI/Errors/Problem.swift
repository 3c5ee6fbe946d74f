// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// An answer that says what went wrong (RFC 9457), with a code for programs and a next step for people.
public struct Problem: Error, Codable, Hashable, Sendable, CustomStringConvertible {
  /// The media type of such an answer.
  public static let mediaType = "application/problem+json"

  /// The code as a URI: `urn:sam:problem:<code>`.
  public var type: String
  /// The code in words.
  public var title: String
  /// The HTTP status.
  public var status: Int
  /// What is wrong here and what to do next.
  public var detail: String
  /// The stable name of the reason.
  public var code: Code
  /// The request's id, by which the server's log knows it.
  public var request: String?

  /// - Parameters:
  ///   - code: the stable name of the reason; it gives the status.
  ///   - detail: what is wrong and what to do next.
  ///   - request: the request's id.
  public init(_ code: Code, _ detail: String, request: String? = nil) {
    type = "urn:sam:problem:\(code.rawValue)"
    title = code.title
    status = code.status
    self.detail = detail
    self.code = code
    self.request = request
  }

  /// A command's refusal: the same code.
  public init(_ rejection: Rejection, request: String? = nil) {
    self.init(Code(rawValue: rejection.code.rawValue), rejection.message, request: request)
  }

  /// A store's failure: a full disk is told, the rest is the operator's business; evidence stays in the log.
  public init(_ error: StoreError, request: String? = nil) {
    switch error.code {
    case .full: self.init(.storageFull, error.message, request: request)
    case .corrupt, .newerSchema: self.init(.internal, Self.hidden, request: request)
    default:
      self.init(
        .unavailable, "the server's storage does not answer; try again, and tell the operator if it stays so",
        request: request)
    }
  }

  /// A machine that gave no answer.
  public init(_ error: LinkError, request: String? = nil) {
    self.init(.unavailable, error.message, request: request)
  }

  /// What is said of a fault that is nobody's business but the operator's.
  public static let hidden = "the server made a mistake; look for this request's id in its log, and report it"

  private enum CodingKeys: String, CodingKey {
    case type
    case title
    case status
    case detail
    case code
    case request
  }

  /// The detail with the code.
  public var description: String { "\(detail) (\(code.rawValue))" }
}
