// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMRPC
import Synchronization
import Testing

@Suite("Recordings") struct RecorderTests {
  private final class File: Sendable {
    let bytes = Mutex<[UInt8]>([])
    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
  }

  private let file = File()

  private func recorder(_ secrets: [String] = [], limit: Int = 1 << 20) -> Recorder {
    Recorder(
      command: ["agent"], started: "2026-01-31T12:00:00Z",
      filter: { [filter = SecretFilter(values: secrets)] in filter }, limit: limit,
      now: { 5 }, write: { [file] bytes in file.bytes.withLock { $0 += bytes } })
  }

  private func recorded() throws -> [String] {
    try Recording(file.bytes.withLock { $0 }).lines.map { "\($0.from) \(String(decoding: $0.bytes, as: UTF8.self))" }
  }

  private func chunk(_ text: String) -> [UInt8] {
    let update: JSONValue = [
      "sessionUpdate": "agent_message_chunk", "content": ["type": "text", "text": .string(text)],
    ]
    let message: JSONValue = [
      "jsonrpc": "2.0", "method": "session/update", "params": ["sessionId": "s", "update": update],
    ]
    return message.serialized() + [10]
  }

  @Test("every byte is there in the order of the lines, in whatever pieces it came")
  func pieces() throws {
    let recorder = recorder()
    for byte in "{\"a\":1}\n\nnoise".utf8 { recorder.take([byte], from: .client) }
    recorder.take([0xFF, 0x0A], from: .agent)
    recorder.finish()
    let lines = try Recording(file.bytes.withLock { $0 }).lines
    #expect(lines.map(\.bytes) == [Array("{\"a\":1}\n".utf8), [10], [0xFF, 10], Array("noise".utf8)])
    #expect(lines.map(\.from) == [.client, .client, .agent, .client] && lines.allSatisfy { $0.at == 5 })
  }

  @Test("a secret is found in whatever pieces it is read")
  func splitReads() throws {
    let line = Array(#"{"key":"hunter2-hunter2","other":"sk-abcdefghijklmnop"}"#.utf8) + [10]
    for cut in 1..<line.count {
      file.bytes.withLock { $0 = [] }
      let recorder = recorder(["hunter2-hunter2"])
      recorder.take(Array(line[..<cut]), from: .agent)
      recorder.take(Array(line[cut...]), from: .agent)
      recorder.finish()
      #expect(try recorded() == ["agent {\"key\":\"[redacted]\",\"other\":\"[redacted]\"}\n"])
    }
  }

  @Test("a secret is found that an agent says in several chunks, and all else keeps its order")
  func splitChunks() throws {
    for secret in ["hunter2-hunter2", "sk-abcdefghijklmnop"] {
      for cut in 1..<secret.count {
        file.bytes.withLock { $0 = [] }
        let recorder = recorder(["hunter2-hunter2"])
        recorder.take(chunk("It is \(secret.prefix(cut))"), from: .agent)
        recorder.take(Array("{\"between\":1}\n".utf8), from: .client)
        recorder.take(chunk("\(secret.dropFirst(cut)), keep it."), from: .agent)
        recorder.finish()
        let lines = try recorded()
        try #require(lines.count == 3)
        #expect(lines[0].contains("It is [redacted]\"") && lines[2].contains("[redacted], keep it."), "\(lines)")
        #expect(lines[1] == "client {\"between\":1}\n")
      }
    }
  }

  @Test("what only began like a secret is kept as it was")
  func falseAlarm() throws {
    let recorder = recorder(["hunter2-hunter2"])
    recorder.take(chunk("a hunter"), from: .agent)
    recorder.take(chunk(" went by"), from: .agent)
    recorder.finish()
    let expected = [chunk("a hunter"), chunk(" went by")].map { "agent \(String(decoding: $0, as: UTF8.self))" }
    #expect(try recorded() == expected)
  }

  @Test("at its limit a recording ends with a note, and can be read")
  func limit() throws {
    let recorder = recorder(limit: 400)
    for _ in 0..<100 { recorder.take(Array("{\"some\":\"message\"}\n".utf8), from: .agent) }
    recorder.finish()
    #expect(file.bytes.withLock { $0.count } < 600 && file.text.contains("nothing more is recorded"))
    #expect(try (1..<10).contains(recorded().count))
  }

  @Test("what is no recording is refused with its line")
  func broken() {
    #expect(throws: ACPError.self) { try Recording(Array("{\"at\":1}\n".utf8)) }
    #expect(throws: ACPError.self) { try Recording([]) }
    #expect(throws: ACPError.self) { try Recording(Array("{\"recording\":99}\n".utf8)) }
  }
}
