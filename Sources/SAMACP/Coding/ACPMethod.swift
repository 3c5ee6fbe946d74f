// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// A method of the protocol as data: who handles it, and how its messages become typed. For whoever handles messages
/// without knowing them beforehand: recorders, conformance checks, fuzzers. Source: ACP v1, schema, `meta.json`.
public struct ACPMethod: Sendable {
  /// Which end handles a method.
  public enum Side: String, Hashable, Sendable {
    /// The agent.
    case agent
    /// The client.
    case client
    /// Either.
    case either
  }

  /// How a JSON value becomes a typed one.
  public typealias Reader = @Sendable (JSONValue) throws(ACPError) -> any ACPObject

  /// The name on the wire.
  public let name: String
  /// Which end handles it.
  public let side: Side
  /// Whether it belongs to the unstable part of the protocol.
  public let isUnstable: Bool
  /// The name of the parameters' type in the protocol's schema.
  public let paramsDefinition: String
  /// The name of the result's type in the protocol's schema; nil for a notification.
  public let resultDefinition: String?
  /// Reads the parameters.
  public let readParams: Reader
  /// Reads the result; nil for a notification.
  public let readResult: Reader?

  private init<Request: ACPRequest>(_ type: Request.Type, _ side: Side, isUnstable: Bool = false) {
    name = type.method
    self.side = side
    self.isUnstable = isUnstable
    paramsDefinition = "\(type)"
    resultDefinition = "\(Request.Response.self)"
    readParams = Self.reader(type)
    readResult = Self.reader(Request.Response.self)
  }

  private init<Message: ACPNotification>(notification type: Message.Type, _ side: Side) {
    name = type.method
    self.side = side
    isUnstable = false
    paramsDefinition = "\(type)"
    resultDefinition = nil
    readParams = Self.reader(type)
    readResult = nil
  }

  private static func reader<Object: ACPObject>(_ type: Object.Type) -> Reader {
    { (json: JSONValue) throws(ACPError) -> any ACPObject in try Object(json: json) }
  }

  /// All methods of which this module has types.
  public static let all: [ACPMethod] = [
    ACPMethod(ACP.InitializeRequest.self, .agent), ACPMethod(ACP.AuthenticateRequest.self, .agent),
    ACPMethod(ACP.LogoutRequest.self, .agent), ACPMethod(ACP.NewSessionRequest.self, .agent),
    ACPMethod(ACP.LoadSessionRequest.self, .agent), ACPMethod(ACP.ResumeSessionRequest.self, .agent),
    ACPMethod(ACP.ForkSessionRequest.self, .agent, isUnstable: true), ACPMethod(ACP.ListSessionsRequest.self, .agent),
    ACPMethod(ACP.CloseSessionRequest.self, .agent), ACPMethod(ACP.DeleteSessionRequest.self, .agent),
    ACPMethod(ACP.PromptRequest.self, .agent), ACPMethod(notification: ACP.CancelNotification.self, .agent),
    ACPMethod(ACP.SetSessionModeRequest.self, .agent), ACPMethod(ACP.SetSessionConfigOptionRequest.self, .agent),
    ACPMethod(notification: ACP.SessionNotification.self, .client),
    ACPMethod(ACP.RequestPermissionRequest.self, .client), ACPMethod(ACP.CreateElicitationRequest.self, .client),
    ACPMethod(notification: ACP.CompleteElicitationNotification.self, .client),
    ACPMethod(ACP.ReadTextFileRequest.self, .client), ACPMethod(ACP.WriteTextFileRequest.self, .client),
    ACPMethod(ACP.CreateTerminalRequest.self, .client), ACPMethod(ACP.TerminalOutputRequest.self, .client),
    ACPMethod(ACP.WaitForTerminalExitRequest.self, .client), ACPMethod(ACP.KillTerminalRequest.self, .client),
    ACPMethod(ACP.ReleaseTerminalRequest.self, .client),
    ACPMethod(notification: ACP.CancelRequestNotification.self, .either),
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// The method of a name, or nil when this module has no types for it.
  public static func named(_ name: String) -> ACPMethod? { byName[name] }
}
