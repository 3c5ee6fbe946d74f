// SPDX-License-Identifier: Apache-2.0

/// The error object of a JSON-RPC answer: what one end tells the other.
///
/// Thrown by a request whose peer answered with an error, and thrown by a handler to answer with one.
/// Source: JSON-RPC 2.0, section 5.1; ACP v1, `Error`.
public struct RPCError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A number that says what kind of error it is. Any number may arrive.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: Int64
    /// Wraps a number.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// The line is not JSON.
    public static let parseError = Code(rawValue: -32700)
    /// The JSON is no request.
    public static let invalidRequest = Code(rawValue: -32600)
    /// There is no such method.
    public static let methodNotFound = Code(rawValue: -32601)
    /// The parameters do not fit the method.
    public static let invalidParams = Code(rawValue: -32602)
    /// The handler failed.
    public static let internalError = Code(rawValue: -32603)
    /// The caller cancelled the request (ACP, `$/cancel_request`).
    public static let requestCancelled = Code(rawValue: -32800)
    /// The client has to authenticate first (ACP).
    public static let authenticationRequired = Code(rawValue: -32000)
    /// There is no such file, session or the like (ACP).
    public static let resourceNotFound = Code(rawValue: -32002)
  }

  /// What kind of error it is.
  public var code: Code
  /// One sentence for a person.
  public var message: String
  /// More evidence; `.null` when the peer wrote an explicit `null`.
  public var data: JSONValue?

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - code: What kind of error it is.
  ///   - message: One sentence for a person, saying what to do next.
  ///   - data: More evidence.
  public init(_ code: Code, _ message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// The error of a method that nobody handles.
  public static func methodNotFound(_ method: String) -> RPCError {
    RPCError(.methodNotFound, "Method not found: \(method)", data: ["method": .string(method)])
  }

  /// Reads an error object; what is missing in a sloppy one is filled in, for an error must never be lost.
  init(_ value: JSONValue) {
    code = Code(rawValue: value["code"]?.int64Value ?? Code.internalError.rawValue)
    message = value["message"]?.stringValue ?? "the peer answered with an error without message: \(value)"
    data = value["data"]
  }

  /// The error as the `error` member of an answer.
  public var json: JSONValue {
    var members: JSONObject = ["code": .integer(code.rawValue), "message": .string(message)]
    members["data"] = data
    return .object(members)
  }

  /// One line for a person.
  public var description: String {
    "\(message) (code \(code.rawValue)\(data.map { $0.isNull ? "" : ", data \($0)" } ?? ""))"
  }
}
