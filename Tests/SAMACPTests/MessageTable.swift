// SPDX-License-Identifier: Apache-2.0
import SAMRPC

@testable import SAMACP

/// How a JSON value of a message becomes typed.
struct TypedMessage: Sendable {
  let definition: String
  let read: @Sendable (JSONValue) throws -> any ACPObject

  init<Object: ACPObject>(_ type: Object.Type) {
    definition = "\(type)"
    read = { try Object(json: $0) }
  }
}

/// All messages of the module, by method.
enum MessageTable {
  struct Entry: Sendable {
    let params: TypedMessage
    let result: TypedMessage?
  }

  private static func request<Request: ACPRequest>(_ type: Request.Type) -> (String, Entry) {
    (type.method, Entry(params: TypedMessage(type), result: TypedMessage(Request.Response.self)))
  }

  private static func notification<Message: ACPNotification>(_ type: Message.Type) -> (String, Entry) {
    (type.method, Entry(params: TypedMessage(type), result: nil))
  }

  static let entries: [String: Entry] = Dictionary(
    uniqueKeysWithValues: [
      request(ACP.InitializeRequest.self), request(ACP.AuthenticateRequest.self), request(ACP.NewSessionRequest.self),
      request(ACP.LoadSessionRequest.self), request(ACP.PromptRequest.self), request(ACP.SetSessionModeRequest.self),
      request(ACP.SetSessionConfigOptionRequest.self), request(ACP.CloseSessionRequest.self),
      request(ACP.ListSessionsRequest.self), request(ACP.RequestPermissionRequest.self),
      request(ACP.ReadTextFileRequest.self), request(ACP.WriteTextFileRequest.self),
      request(ACP.CreateTerminalRequest.self), request(ACP.TerminalOutputRequest.self),
      request(ACP.WaitForTerminalExitRequest.self), request(ACP.KillTerminalRequest.self),
      request(ACP.ReleaseTerminalRequest.self), notification(ACP.SessionNotification.self),
      notification(ACP.CancelNotification.self), request(ACP.LogoutRequest.self),
      request(ACP.DeleteSessionRequest.self), request(ACP.ResumeSessionRequest.self),
      request(ACP.ForkSessionRequest.self), request(ACP.CreateElicitationRequest.self),
      notification(ACP.CompleteElicitationNotification.self), notification(ACP.CancelRequestNotification.self),
    ])

  /// What the unstable part of the schema has and real agents use.
  static let unstable: Set<String> = [ACP.ForkSessionRequest.method]

  /// What the unstable part of the schema has besides, and this module leaves to ``SAMRPC/RPCConnection/request(_:_:onSent:)``:
  /// language model providers, MCP over ACP, next-edit suggestions.
  static let untyped: Set<String> = [
    "providers/list", "providers/set", "providers/disable", "mcp/connect", "mcp/message", "mcp/disconnect",
    "document/didChange", "document/didClose", "document/didFocus", "document/didOpen", "document/didSave",
    "nes/accept", "nes/close", "nes/reject", "nes/start", "nes/suggest",
  ]
}
