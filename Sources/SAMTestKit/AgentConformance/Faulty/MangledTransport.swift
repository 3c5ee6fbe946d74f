// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC
internal import Synchronization

/// A transport that spoils what a faulty agent writes.
final class MangledTransport: RPCTransport {
  private let inner: any RPCTransport
  private let fault: FaultyAgent.Fault
  private let lastSession = Mutex<JSONValue>("")
  private let late = Mutex<(delay: Duration, lines: [[UInt8]])?>(nil)

  init(_ inner: any RPCTransport, _ fault: FaultyAgent.Fault) {
    self.inner = inner
    self.fault = fault
  }

  func read() async throws -> [UInt8]? { try await inner.read() }
  func finishWriting() { inner.finishWriting() }
  func close() { inner.close() }

  /// Lets lines follow the next write after a while.
  func after(_ delay: Duration, lines: [[UInt8]]) { late.withLock { $0 = (delay, lines) } }

  func write(_ bytes: [UInt8]) async throws {
    var output: [UInt8] = []
    for line in bytes.split(separator: 0x0A) {
      for mangled in mangle(Array(line)) { output += mangled + [0x0A] }
    }
    try await inner.write(output)
    if let late = late.withLock({ $0.take() }) {
      try await Task.sleep(for: late.delay)
      for line in late.lines { try await inner.write(line) }
    }
  }

  private func mangle(_ line: [UInt8]) -> [[UInt8]] {
    guard let message = try? JSONValue(parsing: line) else { return [line] }
    if message["method"] == "session/update", let session = message["params"]?["sessionId"] {
      lastSession.withLock { $0 = session }
    }
    let isAnswer = message["method"] == nil
    switch fault {
    case .printsLogLines: return [Array("INFO about to write".utf8), line]
    case .answersTwice where isAnswer: return [line, line]
    case .repeatsRequests where message["method"] == "fs/read_text_file": return [line, line]
    case .numbersStringIDs where isAnswer && message["id"]?.stringValue != nil:
      return [message.with("id", 7777).serialized()]
    case .addsMembers where message["method"] == "session/update":
      return [message.with("params", (message["params"] ?? [:]).with("color", "red")).serialized()]
    case .talksAfterTheTurn where message["result"]?["stopReason"] != nil:
      let update: JSONValue = ["sessionUpdate": "agent_thought_chunk", "content": ["type": "text", "text": "late"]]
      let params: JSONValue = ["sessionId": lastSession.withLock { $0 }, "update": update]
      return [line, (["jsonrpc": "2.0", "method": "session/update", "params": params] as JSONValue).serialized()]
    default: return [line]
    }
  }
}
