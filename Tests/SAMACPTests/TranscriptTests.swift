// SPDX-License-Identifier: Apache-2.0
import SAMRPC
import Testing

@testable import SAMACP

@Suite(.enabled(if: SharedData.isPresent, "skipped: needs the recordings of real agents"))
struct TranscriptTests {
  /// The messages of a recording with what they are typed as.
  private func typed(_ transcript: String) throws -> [(read: ACPMethod.Reader, json: JSONValue, line: Int)] {
    var found: [(ACPMethod.Reader, JSONValue, Int)] = []
    // Both ends count from 0 or 1: an id means something only with its direction.
    var pending: [String: [RPCID: ACPMethod.Reader]] = ["c2a": [:], "a2c": [:]]
    for (index, line) in try SharedData.lines(transcript).enumerated() {
      let record = try JSONValue(parsing: line)
      let direction = try #require(record["dir"]?.stringValue)
      let back = direction == "c2a" ? "a2c" : "c2a"
      let json = try #require(record["msg"])
      let message = try RPCMessage(json)
      #expect(message.json() == json, "\(transcript):\(index + 1)")
      switch message {
      case .request(let request):
        let method = try #require(ACPMethod.named(request.method), "\(request.method)")
        pending[direction]?[request.id] = method.readResult
        found.append((method.readParams, request.params ?? [:], index + 1))
      case .notification(let notification):
        let method = try #require(ACPMethod.named(notification.method), "\(notification.method)")
        found.append((method.readParams, notification.params ?? [:], index + 1))
      case .response(let response):
        let asked = pending[back]?.removeValue(forKey: response.id)
        let type = try #require(asked, "an answer to nothing")
        if case .success(let value) = response.result { found.append((type, value, index + 1)) }
      }
    }
    return found
  }

  @Test(arguments: SharedData.transcripts.filter(SharedData.isACP))
  func `every message of a real agent reads and writes the same`(transcript: String) throws {
    let messages = try typed(transcript)
    #expect(messages.count >= 3)
    for message in messages {
      let value = try message.read(message.json)
      #expect(value.json == message.json, "\(transcript):\(message.line)")
      #expect(
        !String(reflecting: value).contains(".other("), "\(transcript):\(message.line) is typed to the last block")
    }
  }

  @Test func `what real agents send beyond our properties is known`() throws {
    var keys: Set<String> = []
    for transcript in SharedData.transcripts.filter(SharedData.isACP) {
      for message in try typed(transcript) { collect(Mirror(reflecting: try message.read(message.json)), &keys) }
    }
    // A property that failed to read would show up here.
    #expect(keys.subtracting(Self.expectedUnknown) == [])
  }

  /// Members that are unstable or were dropped from the protocol, and that agents send all the same.
  private static let expectedUnknown: Set<String> = ["models", "userMessageId"]

  private func collect(_ mirror: Mirror, _ keys: inout Set<String>) {
    for child in mirror.children {
      if let extras = child.value as? ACP.Extras {
        for (key, value) in extras.unknown where !Self.isDefault(value) { keys.insert(key) }
      } else {
        collect(Mirror(reflecting: child.value), &keys)
      }
    }
  }

  private static func isDefault(_ value: JSONValue) -> Bool {
    value.isNull || value == false || value == [] || value == [:]
      || value.objectValue?.values.allSatisfy(isDefault) == true
  }

  @Test(arguments: SharedData.transcripts)
  func `every recorded line parses and serialises to an equal value`(transcript: String) throws {
    let lines = try SharedData.lines(transcript)
    #expect(!lines.isEmpty)
    for line in lines {
      let value = try JSONValue(parsing: line)
      #expect(try JSONValue(parsing: value.serialized()) == value)
    }
  }

  @Test func `the comparison sees a lost member`() throws {
    let json: JSONValue = ["sessionId": "s", "stopReason": "end_turn", "tokens": ["x": nil], "_meta": ["a": 1]]
    var value = try ACP.PromptResponse(json: json)
    #expect(value.json == json)
    value.unknown["tokens"] = nil
    #expect(value.json != json)
  }
}
