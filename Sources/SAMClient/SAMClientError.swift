// SPDX-License-Identifier: Apache-2.0
public import SAMAPI

/// Why samd did not do what was asked, or could not be asked.
public struct SAMClientError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure: samd's own code where it answered with one, or one of those that only a client meets.
  public typealias Code = Problem.Code

  /// The kind of failure.
  public let code: Code
  /// What happened and what to do next.
  public let message: String
  /// The HTTP status, where there was an answer.
  public let status: Int?
  /// The request's id, by which samd's log knows it.
  public let request: String?
  /// What was seen: the system's error, or the beginning of an answer that is not understood.
  public let evidence: String?

  init(
    _ code: Code, _ message: String, status: Int? = nil, request: String? = nil, evidence: String? = nil
  ) {
    self.code = code
    self.message = message
    self.status = status
    self.request = request
    self.evidence = evidence
  }

  init(_ problem: Problem) {
    self.init(problem.code, problem.detail, status: problem.status, request: problem.request)
  }

  /// The failure as problem JSON has it, for programs.
  public var problem: Problem {
    var problem = Problem(code, message, request: request)
    problem.status = status ?? 0
    return problem
  }

  /// The message, with the request's id where there is one.
  public var description: String { request.map { "\(message) (request \($0))" } ?? message }
}

extension Problem.Code {
  /// The address of samd is no URL that a client can use.
  public static let invalidEndpoint = Self(rawValue: "invalid_endpoint")
  /// The token cannot be one.
  public static let invalidToken = Self(rawValue: "invalid_token")
  /// Nobody listens at the endpoint; nothing was sent.
  public static let unreachable = Self(rawValue: "unreachable")
  /// The connection broke or took too long, and the request changes nothing.
  public static let connectionLost = Self(rawValue: "connection_lost")
  /// The answer to a request that changes something was lost, also after retries: it may have been done.
  public static let outcomeUnknown = Self(rawValue: "outcome_unknown")
  /// What answered is not samd, or a samd of another version.
  public static let badAnswer = Self(rawValue: "bad_answer")
  /// The answer is larger than allowed.
  public static let answerTooLarge = Self(rawValue: "answer_too_large")
  /// A stream left out an entry or sent one twice.
  public static let streamGap = Self(rawValue: "stream_gap")
}
