// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import SAMRPC

@Suite struct RPCMessageTests {
  @Test(
    arguments: [
      (
        #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":null}}"#,
        .request(RPCRequest(id: .number(1), method: "m", params: ["a": nil]))
      ),
      (#"{"jsonrpc":"2.0","id":"x","method":"m"}"#, .request(RPCRequest(id: .string("x"), method: "m"))),
      (#"{"jsonrpc":"2.0","id":null,"method":"m"}"#, .request(RPCRequest(id: .null, method: "m"))),
      (#"{"jsonrpc":"2.0","method":"m","params":[1]}"#, .notification(RPCNotification(method: "m", params: [1]))),
      (#"{"jsonrpc":"2.0","id":1,"result":null}"#, .response(RPCResponse(id: .number(1), result: .success(nil)))),
      (
        #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no","data":null}}"#,
        .response(RPCResponse(id: .null, result: .failure(RPCError(.parseError, "no", data: .null))))
      ),
      (
        #"{"jsonrpc":"2.0","id":1,"error":{"code":7,"message":"own"}}"#,
        .response(RPCResponse(id: .number(1), result: .failure(RPCError(.init(rawValue: 7), "own"))))
      ),
    ] as [(String, RPCMessage)])
  func `a message reads and writes the same, with and without version`(text: String, message: RPCMessage) throws {
    let value = try JSONValue(parsing: text)
    #expect(try RPCMessage(value) == message)
    #expect(message.json() == value)
    var bare = value
    bare["jsonrpc"] = nil
    #expect(try RPCMessage(bare, dialect: .withoutVersion) == message)
    #expect(try RPCMessage(value, dialect: .withoutVersion) == message)
    #expect(message.json(dialect: .withoutVersion) == bare)
    #expect(throws: RPCError.self) { try RPCMessage(bare) }
  }

  @Test(arguments: [
    #"[{"jsonrpc":"2.0","method":"m"}]"#, #"{"jsonrpc":"1.0","method":"m"}"#, #"{"jsonrpc":"2.0"}"#,
    #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, #"{"jsonrpc":"2.0","method":3}"#,
    #"{"jsonrpc":"2.0","result":1}"#, #"{"jsonrpc":"2.0","id":{},"result":1}"#, "3",
  ])
  func `what is no message is refused as an invalid request`(text: String) throws {
    let value = try JSONValue(parsing: text)
    #expect { try RPCMessage(value) } throws: { ($0 as? RPCError)?.code == .invalidRequest }
  }

  @Test func `a sloppy error is still an error`() throws {
    let message = try RPCMessage(JSONValue(parsing: #"{"jsonrpc":"2.0","id":1,"error":"boom"}"#))
    guard case .response(let response) = message, case .failure(let error) = response.result else {
      return #expect(Bool(false), "no error")
    }
    #expect(error.code == .internalError && error.message.contains("boom"))
  }
}
