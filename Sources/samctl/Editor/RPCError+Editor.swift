// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMAgentRuntime
internal import SAMClient
internal import SAMRPC

extension RPCError {
  /// What an editor is told when SAM could not do what it asked for. Editors show the message as it is.
  init(editor error: any Error) {
    switch error {
    case let error as RPCError: self = error
    case let error as CommandFailure:
      self.init(error.code == "no_server" ? .authenticationRequired : .invalidParams, error.message)
    case let error as SAMClientError:
      switch error.code {
      case .unauthenticated:
        self.init(
          .authenticationRequired,
          "\(error.message) Run 'samctl login' in a terminal ('samctl login --server URL --token-file -' for a samd "
            + "elsewhere), then try again.")
      case .notFound: self.init(.resourceNotFound, error.message)
      case .invalid, .invalidToken, .invalidEndpoint: self.init(.invalidParams, error.message)
      default: self.init(.internalError, error.description)
      }
    case let error as RuntimeError: self.init(.invalidParams, error.message)
    default: self.init(.internalError, "\(error)")
    }
  }

  /// Runs `body`; what goes wrong becomes an answer for an editor.
  static func answering<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as CancellationError {
      throw error
    } catch {
      throw RPCError(editor: error)
    }
  }
}
