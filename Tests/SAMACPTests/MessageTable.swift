// SPDX-License-Identifier: Apache-2.0
import SAMRPC

@testable import SAMACP

/// What tests ask of the list of methods.
enum MessageTable {
  /// What the unstable part of the schema has besides, and this module leaves to ``SAMRPC/RPCConnection/request(_:_:onSent:)``:
  /// language model providers, MCP over ACP, next-edit suggestions.
  static let untyped: Set<String> = [
    "providers/list", "providers/set", "providers/disable", "mcp/connect", "mcp/message", "mcp/disconnect",
    "document/didChange", "document/didClose", "document/didFocus", "document/didOpen", "document/didSave",
    "nes/accept", "nes/close", "nes/reject", "nes/start", "nes/suggest",
  ]

  /// The names in the schema of what a method's messages hold.
  static func definitions(_ method: ACPMethod) -> [String] {
    [method.paramsDefinition, method.resultDefinition].compactMap { $0 }
  }
}
