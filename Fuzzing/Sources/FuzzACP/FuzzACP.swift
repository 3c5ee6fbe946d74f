// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What libFuzzer calls with each input.
///
/// The first byte says how the rest is cut into chunks; the rest is a stream of lines, as it comes from an agent. Nothing of it may
/// crash, and what was read must be written again with the same meaning.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard count > 1 else { return 0 }
  let bytes = UnsafeBufferPointer(start: start, count: count)
  let stream = Array(bytes.dropFirst())
  let lines = FramerProperties.check(stream, chunk: Int(bytes[0] % 64) + 1)
  var state = RPCConnectionState()
  for line in lines {
    JSONProperties.check(line)
    let incoming = RPCIncoming(.line(line), answersGarbage: true)
    if case .message(let message, _) = incoming { MessageProperties.check(message) }
    StateProperties.check(&state, incoming)
  }
  _ = state.on(.inputEnded(reason: "the end"))
  return 0
}

/// Ends the process, which libFuzzer takes for a crash and keeps the input.
func require(_ condition: Bool, _ promise: @autoclosure () -> String) {
  precondition(condition, promise())
}

enum FramerProperties {
  /// Cuts a stream into lines in two ways, which must agree.
  ///
  /// - Returns: the lines.
  static func check(_ stream: [UInt8], chunk: Int) -> [[UInt8]] {
    let limit = 512
    var whole = LineFramer(limit: limit)
    let expected = whole.append(stream) + whole.finish()
    var pieces = LineFramer(limit: limit)
    var found: [LineFramer.Output] = []
    for start in stride(from: 0, to: stream.count, by: chunk) {
      found += pieces.append(Array(stream[start..<min(start + chunk, stream.count)]))
    }
    found += pieces.finish()
    require(found == expected, "lines do not depend on how the stream was cut")
    var long = LineFramer()
    return (long.append(stream) + long.finish()).compactMap { output in
      switch output {
      case .line(let line):
        require(!line.contains(0x0A), "a line holds no line break")
        return line
      case .unfinished(let line): return line
      case .oversized: return nil
      }
    }
  }
}

enum JSONProperties {
  static func check(_ line: [UInt8]) {
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      require((0...line.count).contains(error.offset), "an error is inside the text: \(error)")
      return
    }
    let written = value.serialized()
    require(!written.contains(0x0A), "what is written is one line")
    guard let again = try? JSONValue(parsing: written) else {
      return require(false, "what was written cannot be read: \(String(decoding: written, as: UTF8.self))")
    }
    require(again == value, "what was written reads as the same value")
    require(again.hashValue == value.hashValue, "equal values hash alike")
  }
}

enum MessageProperties {
  static func check(_ message: RPCMessage) {
    guard let again = try? RPCMessage(message.json()) else { return require(false, "a message reads again") }
    require(again == message, "a message reads as the same message")
    switch message {
    case .request(let request): check(request.method, request.params)
    case .notification(let notification):
      check(notification.method, notification.params)
      #if FUZZ_PLANTED
        // No seed has such a notification: the fuzzer must change a message so that it still is one.
        require(ACPMethod.named(notification.method) != nil, "the planted mistake was found")
      #endif
    case .response(let response):
      guard case .success(let result) = response.result else { return }
      // What it answers is not known here, so it is read as everything.
      for method in ACPMethod.all { if let read = method.readResult { check(result, read) } }
    }
  }

  private static func check(_ name: String, _ params: JSONValue?) {
    guard let method = ACPMethod.named(name) else { return }
    check(params ?? [:], method.readParams)
  }

  private static func check(_ json: JSONValue, _ read: ACPMethod.Reader) {
    do {
      let value = try read(json)
      require(value.json == json, "what was typed is written as it came")
    } catch {
      _ = "\(error) \((error as? ACPError)?.asRPCError.json ?? nil)"
    }
  }
}

enum StateProperties {
  /// A connection takes whatever comes, and asks for nothing impossible.
  static func check(_ state: inout RPCConnectionState, _ incoming: RPCIncoming) {
    var actions = state.on(.received(incoming))
    // At most one notification at a time is handed out, and each input leads to a bounded number of actions.
    var rounds = 0
    while let handled = actions.firstIndex(where: { if case .handleNotification = $0 { true } else { false } }) {
      actions.remove(at: handled)
      require(
        !actions.contains { if case .handleNotification = $0 { true } else { false } },
        "one notification at a time")
      for case .startRequest(let request) in actions { _ = state.on(.requestHandled(request.id, .success([:]))) }
      actions = state.on(.notificationHandled)
      rounds += 1
      require(rounds < 1000, "the queue ends")
    }
    for case .startRequest(let request) in actions { _ = state.on(.requestHandled(request.id, .success([:]))) }
  }
}
