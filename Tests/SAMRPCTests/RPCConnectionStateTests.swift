// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import SAMRPC

@Suite struct RPCConnectionStateTests {
  typealias Action = RPCConnectionState.Action

  private func notification(_ method: String) -> RPCConnectionState.Input {
    .received(.message(.notification(RPCNotification(method: method)), size: 10))
  }
  private func request(_ id: Int64, _ method: String = "r") -> RPCConnectionState.Input {
    .received(.message(.request(RPCRequest(id: .number(id), method: method)), size: 10))
  }
  private func answer(_ id: Int64) -> RPCConnectionState.Input {
    .received(.message(.response(RPCResponse(id: .number(id), result: .success(true))), size: 10))
  }
  private func cancel(_ id: Int64) -> RPCConnectionState.Input {
    let params: JSONValue = ["requestId": .integer(id)]
    return .received(.message(.notification(RPCNotification(method: "$/cancel_request", params: params)), size: 10))
  }
  private func start(_ id: Int64) -> Action { .startRequest(RPCRequest(id: .number(id), method: "r")) }
  private func call(_ id: Int64) -> Action {
    .send(.request(RPCRequest(id: .number(id), method: "c", params: nil)))
  }
  private func kinds(_ actions: [Action]) -> [RPCDiagnostic.Kind] {
    actions.compactMap { if case .report(let diagnostic) = $0 { diagnostic.kind } else { nil } }
  }
  private func answers(_ actions: [Action]) -> [RPCID: RPCError.Code?] {
    var answers: [RPCID: RPCError.Code?] = [:]
    for case .send(.response(let response)) in actions {
      if case .failure(let error) = response.result {
        answers[response.id] = error.code
      } else {
        answers[response.id] = .some(nil)
      }
    }
    return answers
  }

  @Test func `an answer and a request wait for earlier notifications, and for nothing else`() {
    var state = RPCConnectionState()
    #expect(state.on(.call(1, method: "c", params: nil)) == [call(1)])
    #expect(state.on(.call(2, method: "c", params: nil)) == [call(2)])
    #expect(state.on(answer(1)) == [.complete(1, .result(true))])
    #expect(state.on(request(7)) == [start(7)])
    #expect(state.on(request(8)) == [start(8)])
    #expect(state.on(notification("a")) == [.handleNotification(RPCNotification(method: "a"))])
    #expect(state.on(notification("b")) == [])
    #expect(state.on(answer(2)) == [])
    #expect(state.on(request(9)) == [])
    #expect(state.on(.notificationHandled) == [.handleNotification(RPCNotification(method: "b"))])
    #expect(state.on(.notificationHandled) == [.complete(2, .result(true)), start(9)])
  }

  @Test func `a cancellation passes the queue`() {
    var state = RPCConnectionState()
    _ = state.on(request(7))
    _ = state.on(notification("slow"))
    _ = state.on(request(8))
    #expect(state.on(cancel(7)) == [.cancelRequest(.number(7))])
    #expect(answers(state.on(cancel(8))) == [.number(8): .requestCancelled])
    #expect(state.on(cancel(99)) == [])
    #expect(state.on(.notificationHandled) == [], "a cancelled request never starts")
    #expect(answers(state.on(.requestHandled(.number(7), .success(1)))) == [.number(7): nil])
    #expect(state.on(cancel(7)) == [], "a late cancellation is no oddity")
  }

  @Test func `a duplicate id is refused while the first goes on, and free again afterwards`() {
    var state = RPCConnectionState()
    _ = state.on(request(7))
    let actions = state.on(request(7))
    #expect(kinds(actions) == [.duplicateRequest] && answers(actions) == [.number(7): .invalidRequest])
    #expect(answers(state.on(.requestHandled(.number(7), .success(1)))) == [.number(7): nil])
    #expect(state.on(.requestHandled(.number(7), .success(1))) == [], "one answer per request")
    #expect(state.on(request(7)) == [start(7)])
  }

  @Test func `both directions number their requests independently`() {
    var state = RPCConnectionState()
    _ = state.on(.call(1, method: "c", params: nil))
    #expect(state.on(request(1)) == [start(1)])
    #expect(state.on(answer(1)) == [.complete(1, .result(true))])
  }

  @Test func `an answer to nothing is reported, a late answer to an abandoned request is not`() {
    var state = RPCConnectionState()
    #expect(kinds(state.on(answer(5))) == [.unexpectedResponse])
    _ = state.on(.call(1, method: "c", params: nil))
    let cancel = RPCNotification(method: "$/cancel_request", params: ["requestId": 1])
    #expect(state.on(.abandoned(1, sent: true)) == [.send(.notification(cancel))])
    #expect(state.on(answer(1)) == [])
    #expect(kinds(state.on(answer(1))) == [.unexpectedResponse])
    _ = state.on(.call(2, method: "c", params: nil))
    #expect(state.on(.abandoned(2, sent: false)) == [], "what was never sent needs no cancellation")
    let text = RPCResponse(id: .string("1"), result: .success(1))
    #expect(kinds(state.on(.received(.message(.response(text), size: 1)))) == [.unexpectedResponse])
  }

  @Test func `the end comes after everything that was received, and fails what waits`() {
    var state = RPCConnectionState()
    _ = state.on(.call(1, method: "c", params: nil))
    _ = state.on(.call(2, method: "c", params: nil))
    _ = state.on(notification("last words"))
    _ = state.on(answer(1))
    #expect(state.on(.inputEnded(reason: "gone")) == [])
    #expect(state.on(.call(3, method: "c", params: nil)) == [.complete(3, .failure(.notSent("gone")))])
    #expect(
      state.on(.notificationHandled) == [
        .complete(1, .result(true)), .complete(2, .failure(.connectionClosed("gone"))), .ended(reason: "gone"),
      ])
    #expect(state.on(.closed(reason: "again")) == [])
  }

  @Test func `closing does not wait for a notification and still delivers answers that came`() {
    var state = RPCConnectionState()
    _ = state.on(.call(1, method: "c", params: nil))
    _ = state.on(.call(2, method: "c", params: nil))
    _ = state.on(notification("stuck"))
    _ = state.on(answer(1))
    _ = state.on(notification("never"))
    #expect(
      state.on(.closed(reason: "stop")) == [
        .complete(1, .result(true)), .complete(2, .failure(.connectionClosed("stop"))), .ended(reason: "stop"),
      ])
    #expect(state.on(.notificationHandled) == [])
  }

  @Test func `a full queue stops reading, and too many requests are refused`() {
    var limits = RPCConnection.Limits()
    limits.queuedMessages = 2
    limits.queuedBytes = 1000
    limits.concurrentRequests = 1
    var state = RPCConnectionState(limits: limits)
    _ = state.on(notification("slow"))
    _ = state.on(notification("a"))
    #expect(state.wantsInput)
    _ = state.on(notification("b"))
    #expect(!state.wantsInput)
    _ = state.on(.notificationHandled)
    #expect(state.wantsInput)
    _ = state.on(.received(.message(.notification(RPCNotification(method: "big")), size: 1000)))
    _ = state.on(.notificationHandled)
    #expect(!state.wantsInput, "bytes count too")
    _ = state.on(request(1))
    let actions = state.on(request(2))
    #expect(kinds(actions) == [.tooManyRequests] && answers(actions) == [.number(2): .internalError])
  }

  @Test(
    arguments: [
      (.line(Array("nonsense".utf8)), .garbage, nil, .parseError), (.line(Array("[]".utf8)), .invalidMessage, nil, nil),
      (.line(Array(#"{"id":3,"method":"m"}"#.utf8)), .invalidMessage, .invalidRequest, .invalidRequest),
      (.line(Array(#"{"id":3,"result":1}"#.utf8)), .invalidMessage, nil, nil),
      (.oversized(prefix: [0x7B]), .oversizedLine, nil, nil), (.unfinished([0x7B]), .unfinishedLine, nil, nil),
    ] as [(LineFramer.Output, RPCDiagnostic.Kind, RPCError.Code?, RPCError.Code?)])
  func `a faulty line is reported with its start, and answered only where that helps`(
    frame: LineFramer.Output, kind: RPCDiagnostic.Kind, quiet: RPCError.Code?, answering: RPCError.Code?
  ) {
    for (answersGarbage, expected) in [(false, quiet), (true, answering)] {
      var state = RPCConnectionState()
      let actions = state.on(.received(RPCIncoming(frame, answersGarbage: answersGarbage)))
      #expect(kinds(actions) == [kind])
      #expect(answers(actions).values.first.flatMap { $0 } == expected)
      if case .report(let diagnostic) = actions.first { #expect(!diagnostic.evidence.isEmpty) }
    }
  }
}
