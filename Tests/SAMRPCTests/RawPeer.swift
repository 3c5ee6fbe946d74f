// SPDX-License-Identifier: Apache-2.0
@testable import SAMRPC

/// The far end of a connection, played by hand, line by line.
actor RawPeer {
  private let transport: any RPCTransport
  private var framer = LineFramer()
  private var lines: [JSONValue] = []

  init(_ transport: any RPCTransport) { self.transport = transport }

  func send(_ text: String) async throws { try await transport.write(Array((text + "\n").utf8)) }
  func sendRaw(_ bytes: [UInt8]) async throws { try await transport.write(bytes) }
  func finish() { transport.finishWriting() }
  func close() { transport.close() }

  /// The next message of the other end, or nil at its end.
  func next() async throws -> JSONValue? {
    while lines.isEmpty {
      guard let chunk = try await transport.read() else { return nil }
      for case .line(let line) in framer.append(chunk) { lines.append(try JSONValue(parsing: line)) }
    }
    return lines.removeFirst()
  }

  /// Answers requests with their parameters until the other end closes.
  func echo() async throws {
    while let message = try await next() {
      guard message["method"] != nil, let id = message["id"] else { continue }
      try await send(
        JSONValue.object(["jsonrpc": "2.0", "id": id, "result": message["params"] ?? nil]).serializedString())
    }
  }
}
