// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What is wrong with what came over a wire, whoever the peer is.
extension Wire {
  /// Lines of the peer that are no messages.
  var strayLines: [String] {
    lines().compactMap { line in
      guard line.direction == .incoming, case .faulty(let diagnostic, _) = line.content else { return nil }
      let evidence = String(decoding: diagnostic.evidence.prefix(120), as: UTF8.self)
      return "\(diagnostic.message) [\(evidence)]"
    }
  }

  /// Answers of the peer to which no request waits.
  var strayAnswers: [String] {
    var waiting: Set<RPCID> = []
    var faults: [String] = []
    for line in lines() {
      switch (line.direction, line.message) {
      case (.outgoing, .request(let request)): waiting.insert(request.id)
      case (.incoming, .response(let response)) where waiting.remove(response.id) == nil:
        // A line that cannot be read is answered with the id null.
        if response.id != .null { faults.append("an answer with id \(response.id), to which no request waits") }
      default: break
      }
    }
    return faults
  }

  /// Requests of the peer with the id of one that waits.
  var repeatedIDs: [String] {
    var waiting: Set<RPCID> = []
    var faults: [String] = []
    for line in lines() {
      switch (line.direction, line.message) {
      case (.incoming, .request(let request)) where !waiting.insert(request.id).inserted:
        faults.append("\(request.method) has the id \(request.id) of a request that waits")
      case (.outgoing, .response(let response)): waiting.remove(response.id)
      default: break
      }
    }
    return faults
  }

  /// The shapes of what the peer sent.
  var shapes: [MessageShape] {
    var asked: [RPCID: String] = [:]
    return lines().compactMap { line in
      switch (line.direction, line.message) {
      case (.outgoing, .request(let request)):
        asked[request.id] = request.method
        return nil
      case (.incoming, .request(let request)): return Self.shape(request.method, request.params ?? [:])
      case (.incoming, .notification(let notification)):
        return Self.shape(notification.method, notification.params ?? [:])
      case (.incoming, .response(let response)):
        guard case .success(let result) = response.result, let name = asked[response.id],
          let read = ACPMethod.named(name)?.readResult
        else { return nil }
        return MessageShape("the answer to \(name)", result, read)
      default: return nil
      }
    }
  }

  private static func shape(_ method: String, _ params: JSONValue) -> MessageShape? {
    ACPMethod.named(method).map { MessageShape(method, params, $0.readParams) }
  }

  /// Each message with its method (nil for an answer) and its parameters or result.
  var calls: [(line: Line, method: String?, params: JSONValue)] {
    lines().compactMap { line in
      switch line.message {
      case .request(let request): (line, request.method, request.params ?? [:])
      case .notification(let notification): (line, notification.method, notification.params ?? [:])
      case .response(let response): (line, nil, (try? response.result.get()) ?? [:])
      case nil: nil
      }
    }
  }
}
