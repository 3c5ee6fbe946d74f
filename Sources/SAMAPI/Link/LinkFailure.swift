// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// Why a request or report got no answer, as it crosses the link: refusals keep their code.
public struct LinkFailure: Codable, Hashable, Sendable {
  /// What kind of error it was at the side that failed.
  public enum Kind: String, Codable, Sendable {
    /// A ``Rejection``: trying again does not help.
    case rejection
    /// Anything else: it may help.
    case failure
    /// Whoever was to do it is not there at the moment: that says nothing about what was asked.
    case away
  }
  /// What kind of error it was.
  public var kind: Kind
  /// A rejection's code.
  public var code: String?
  /// What went wrong and what to do next.
  public var message: String

  /// - Parameter rejection: what was refused, and why.
  public init(_ rejection: Rejection) {
    kind = .rejection
    code = rejection.code.rawValue
    message = rejection.message
  }

  /// - Parameter error: why there is no answer.
  public init(_ error: LinkError) {
    kind = error.isAway ? .away : .failure
    message = error.message
  }

  /// What the asking side gets.
  public func answer<Value>() -> LinkAnswer<Value> {
    switch kind {
    case .rejection: .refused(Rejection(Rejection.Code(rawValue: code ?? "invalid"), message))
    case .failure: .failed(LinkError(message))
    case .away: .failed(LinkError(message, isAway: true))
    }
  }

  private enum CodingKeys: String, CodingKey {
    case kind
    case code
    case message
  }
}
