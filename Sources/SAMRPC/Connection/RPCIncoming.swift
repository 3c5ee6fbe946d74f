// SPDX-License-Identifier: Apache-2.0

/// What a line of the peer turned out to be.
public enum RPCIncoming: Hashable, Sendable {
  /// A message, with the length of its line in bytes.
  case message(RPCMessage, size: Int)
  /// Something that is no message: what to tell the diagnostics and, when the peer can make use of one, the answer.
  case faulty(RPCDiagnostic, answer: RPCResponse?)

  /// Reads what the framer found.
  ///
  /// - Parameters:
  ///   - frame: What the framer found.
  ///   - dialect: How strictly the envelope is kept.
  ///   - answersGarbage: Whether a line that is not JSON is answered with a parse error and id `null`. Programs that
  ///     print log lines to standard output are common, and are better not answered.
  public init(_ frame: LineFramer.Output, dialect: RPCMessage.Dialect = .jsonRPC2, answersGarbage: Bool = false) {
    switch frame {
    case .oversized(let prefix):
      let text = "A line longer than the limit was skipped; the message in it is lost."
      self = .faulty(RPCDiagnostic(.oversizedLine, text, evidence: prefix), answer: nil)
    case .unfinished(let line):
      let text = "The stream ended inside a line; the peer probably died while it wrote."
      self = .faulty(RPCDiagnostic(.unfinishedLine, text, evidence: line), answer: nil)
    case .line(let line):
      let value: JSONValue
      do { value = try JSONValue(parsing: line) } catch {
        let answer = RPCResponse(id: .null, result: .failure(RPCError(.parseError, error.description)))
        self = .faulty(
          RPCDiagnostic(.garbage, error.description, evidence: line), answer: answersGarbage ? answer : nil)
        return
      }
      do { self = .message(try RPCMessage(value, dialect: dialect), size: line.count) } catch {
        // Only what looks like a request is answered: answering a faulty answer could go on for ever.
        let id = value["method"] == nil ? nil : value["id"].flatMap(RPCID.init)
        let answer = id.map { RPCResponse(id: $0, result: .failure(error)) }
        self = .faulty(RPCDiagnostic(.invalidMessage, error.message, evidence: line), answer: answer)
      }
    }
  }
}

/// What came of a request of this end.
public enum RPCOutcome: Hashable, Sendable {
  /// The peer's result.
  case result(JSONValue)
  /// The peer's error.
  case error(RPCError)
  /// The wire failed.
  case failure(RPCFailure)

  init(_ result: Result<JSONValue, RPCError>) {
    switch result {
    case .success(let value): self = .result(value)
    case .failure(let error): self = .error(error)
    }
  }

  /// The outcome as what a throwing function does.
  public var asResult: Result<JSONValue, any Error> {
    switch self {
    case .result(let value): .success(value)
    case .error(let error): .failure(error)
    case .failure(let failure): .failure(failure)
    }
  }

  var evidence: [UInt8] {
    switch self {
    case .result(let value): value.serialized()
    case .error(let error): error.json.serialized()
    case .failure(let failure): Array(failure.message.utf8)
    }
  }
}
