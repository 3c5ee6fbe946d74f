// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

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

  /// - Parameter error: what was thrown at this side.
  public init(_ error: any Error) {
    switch error {
    case let rejection as Rejection:
      kind = .rejection
      code = rejection.code.rawValue
      message = rejection.message
    case let error as LinkError:
      kind = error.isAway ? .away : .failure
      message = error.message
    default:
      kind = .failure
      message = "\(error)"
    }
  }

  /// What is thrown at the other side: a ``Rejection`` or a ``LinkError``.
  public var error: any Error {
    switch kind {
    case .rejection: Rejection(Rejection.Code(rawValue: code ?? "invalid"), message)
    case .failure: LinkError(message)
    case .away: LinkError(message, isAway: true)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case kind
    case code
    case message
  }
}
