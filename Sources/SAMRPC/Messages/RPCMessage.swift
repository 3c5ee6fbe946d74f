// SPDX-License-Identifier: Apache-2.0

/// A call that wants an answer.
public struct RPCRequest: Hashable, Sendable {
  /// The caller's id.
  public var id: RPCID
  /// The method.
  public var method: String
  /// The parameters; nil when the member is absent.
  public var params: JSONValue?

  /// Makes a request.
  public init(id: RPCID, method: String, params: JSONValue? = nil) {
    self.id = id
    self.method = method
    self.params = params
  }
}

/// A call that wants no answer.
public struct RPCNotification: Hashable, Sendable {
  /// The method.
  public var method: String
  /// The parameters; nil when the member is absent.
  public var params: JSONValue?

  /// Makes a notification.
  public init(method: String, params: JSONValue? = nil) {
    self.method = method
    self.params = params
  }
}

/// The answer to a request.
public struct RPCResponse: Hashable, Sendable {
  /// The id of the request.
  public var id: RPCID
  /// What came of it.
  public var result: Result<JSONValue, RPCError>

  /// Makes an answer.
  public init(id: RPCID, result: Result<JSONValue, RPCError>) {
    self.id = id
    self.result = result
  }
}

/// One JSON-RPC 2.0 message (no batches).
public enum RPCMessage: Hashable, Sendable {
  /// A call that wants an answer.
  case request(RPCRequest)
  /// A call that wants no answer.
  case notification(RPCNotification)
  /// The answer to a request.
  case response(RPCResponse)

  /// How strictly the envelope is kept.
  public enum Dialect: Hashable, Sendable {
    /// JSON-RPC 2.0: `"jsonrpc": "2.0"` is written and demanded.
    case jsonRPC2
    /// `jsonrpc` is neither written nor demanded, as in the Codex app-server.
    case withoutVersion
  }

  /// Reads a message from its JSON.
  ///
  /// - Throws: ``RPCError`` with code `invalidRequest`, saying what is wrong with the envelope.
  public init(_ value: JSONValue, dialect: Dialect = .jsonRPC2) throws(RPCError) {
    guard case .object(let members) = value else {
      throw RPCError(.invalidRequest, "A message must be one JSON object; batches are not supported.")
    }
    switch (members["jsonrpc"], dialect) {
    case (.string("2.0"), _), (nil, .withoutVersion): break
    default: throw RPCError(.invalidRequest, "The member \"jsonrpc\" must be \"2.0\".")
    }
    var id: RPCID?
    if let member = members["id"] {
      guard let known = RPCID(member) else {
        throw RPCError(.invalidRequest, "The member \"id\" must be a string, a whole number or null.")
      }
      id = known
    }
    if let member = members["method"] {
      guard let method = member.stringValue else {
        throw RPCError(.invalidRequest, "The member \"method\" must be a string.")
      }
      let params = members["params"]
      if let id {
        self = .request(RPCRequest(id: id, method: method, params: params))
      } else {
        self = .notification(RPCNotification(method: method, params: params))
      }
    } else if let id, let error = members["error"], !error.isNull {
      self = .response(RPCResponse(id: id, result: .failure(RPCError(error))))
    } else if let id, let result = members["result"] {
      self = .response(RPCResponse(id: id, result: .success(result)))
    } else {
      throw RPCError(.invalidRequest, "A message needs \"method\", or \"id\" with \"result\" or \"error\".")
    }
  }

  /// The message as JSON.
  public func json(dialect: Dialect = .jsonRPC2) -> JSONValue {
    var members: JSONObject = dialect == .jsonRPC2 ? ["jsonrpc": "2.0"] : [:]
    switch self {
    case .request(let request):
      members["id"] = request.id.json
      members["method"] = .string(request.method)
      members["params"] = request.params
    case .notification(let notification):
      members["method"] = .string(notification.method)
      members["params"] = notification.params
    case .response(let response):
      members["id"] = response.id.json
      switch response.result {
      case .success(let value): members["result"] = value
      case .failure(let error): members["error"] = error.json
      }
    }
    return .object(members)
  }

  /// The message as one line with its line break.
  public func line(dialect: Dialect = .jsonRPC2) -> [UInt8] {
    var bytes = json(dialect: dialect).serialized()
    bytes.append(0x0A)
    return bytes
  }
}
