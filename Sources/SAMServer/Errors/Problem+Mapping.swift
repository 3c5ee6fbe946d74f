// SPDX-License-Identifier: Apache-2.0
internal import Hummingbird
internal import Logging
internal import SAMAPI
internal import SAMCore

extension Problem {
  /// What is answered to an error. Faults of the server are logged here, once, with all that is known of them.
  init(mapping error: any Error, request: String, logger: Logger) {
    switch error {
    case let problem as Problem:
      self = problem
      self.request = request
    case let rejection as Rejection: self.init(rejection, request: request)
    case let error as LinkError: self.init(error, request: request)
    case let error as StoreError: self.init(error, request: request)
    case let error as HTTPError:
      self.init(Self.code(of: error.status), error.body ?? error.status.reasonPhrase, request: request)
    case let error as DecodingError:
      self.init(.badRequest, "the request does not fit: \(error.place)", request: request)
    default: self.init(.internal, Self.hidden, request: request)
    }
    if status >= 500, code != .noMachine {
      logger.error("request failed", metadata: ["error": "\(error)", "code": "\(code.rawValue)"])
    }
  }

  private static func code(of status: HTTPResponse.Status) -> Code {
    switch status.code {
    case 401: .unauthenticated
    case 404: .notFound
    case 405: .methodNotAllowed
    case 413: .bodyTooLarge
    case 503: .unavailable
    case 500...: .internal
    default: .badRequest
    }
  }
}
