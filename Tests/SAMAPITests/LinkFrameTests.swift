// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import SAMRPC
import Testing

@Suite struct LinkFrameTests {
  @Test("The largest prompt with the most that may be sent along and given fits into a frame, however it is escaped")
  func largestPrompt() throws {
    let slashes = [UInt8](repeating: 0xFF, count: PromptAttachment.totalLimit / 2)
    var launch = Samples.launch
    launch.files = (0..<2).map {
      HomeFile(path: "\($0)", content: .text(String(repeating: "\u{1}", count: HomeFile.maxTextBytes / 2)))
    }
    let delivery = PromptDelivery(
      spec: SessionSpec(session: Samples.session, epoch: 1, workspace: Samples.workspace, launch: launch),
      turn: Samples.turn, text: String(repeating: "\u{1}", count: 1 << 20),
      attachments: ["a", "b"].map { PromptAttachment(name: $0, data: Base64(slashes)) })
    let bytes = try LinkFrame(id: 1, .request(.deliver(delivery))).encoded()
    #expect(bytes.count <= LinkFrame.maxBytes)
  }

  static let login = LoginOffer(
    session: Samples.session, epoch: 2, secret: "login", known: SecretID(trusted: "secret_1"), value: "heron")

  @Test("What describes a login for a log says nothing of its value")
  func described() {
    #expect(!"\(Self.login)".contains("heron"))
    #expect(!"\(LoginAnswer.newer(SecretID(trusted: "secret_1"), value: "heron"))".contains("heron"))
  }

  static let contents: [LinkFrame.Content] = [
    .hello(LinkHello(software: "1.0", machine: "here")),
    .request(.prepare(.init(workspace: Samples.workspace, repository: "/r", baseBranch: nil, branch: "sam/x"))),
    .request(
      .deliver(
        PromptDelivery(
          spec: SessionSpec(
            session: Samples.session, epoch: 1, workspace: Samples.workspace, launch: Samples.launch),
          turn: Samples.turn, text: "line one\nline two\u{2028}\u{0}"))),
    .request(.answer(session: Samples.session, approval: Samples.approval, option: nil)),
    .request(
      .attach(
        SessionSpec(session: Samples.session, epoch: 2, workspace: Samples.workspace, launch: Samples.launch),
        turn: Samples.turn)),
    .request(
      .save(
        PublishOrder(
          workspace: Samples.workspace, repository: "/r", baseBranch: nil, branch: "sam/x", baseCommit: nil,
          message: "Left"))),
    .report(
      OutboxBatch(
        session: Samples.session, epoch: 3,
        items: [
          OutboxItem(sequence: 1, at: Samples.at, turn: Samples.turn, content: .silent(since: Samples.at)),
          OutboxItem(sequence: 2, at: Samples.at, turn: Samples.turn, content: .heard),
        ])),
    .error(LinkFailure(LinkError("being stopped", isAway: true))),
    .reply(.done), .reply(.prepared(baseCommit: nil)), .reply(.refused(reason: "no")),
    .reply(.checked(AgentCheck(works: true))),
    .report(
      OutboxBatch(
        session: Samples.session, epoch: 3,
        items: [
          OutboxItem(
            sequence: 1, at: Samples.at, turn: Samples.turn,
            content: .entry(.agent(TextBlock("hi")), raw: JSONText(text: #"{"b": 1.0, "a": [2]}"#))),
          OutboxItem(
            sequence: 2, at: Samples.at, turn: Samples.turn, content: .ended(.finished(stopReason: "end_turn"))),
        ])),
    .ack(2), .error(LinkFailure(Rejection(.superseded, "too late"))), .error(LinkFailure(LinkError("gone"))),
    .login(login), .kept(.current(SecretID(trusted: "secret_1"))),
    .kept(.newer(SecretID(trusted: "secret_1"), value: "a\nb")),
    .ping, .pong, .bye("the control plane is being stopped"),
  ]

  @Test("A frame is one line of JSON, and comes back as it was", arguments: contents)
  func roundTrip(content: LinkFrame.Content) throws {
    let frame = LinkFrame(id: 9, content)
    let bytes = try frame.encoded()
    #expect(bytes.last == UInt8(ascii: "\n"))
    #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 1)
    #expect(try LinkFrame(decoding: bytes) == frame)
    #expect(try LinkFrame(decoding: bytes.dropLast()) == frame)
    #expect(try JSONValue(parsing: bytes.dropLast())["v"] == 1)
  }

  @Test("Whether the other side is away crosses the link; an error of another kind says nothing of that")
  func away() throws {
    for isAway in [true, false] {
      let frame = try LinkFrame(
        decoding: LinkFrame(id: 1, .error(LinkFailure(LinkError("x", isAway: isAway)))).encoded())
      let heard: LinkSignal<MachineReports, MachineRequests> = try frame.signal()
      #expect(heard == .answer(1, .failed(LinkError("x", isAway: isAway))))
    }
  }

  @Test("The shape of frames stays what it is")
  func golden() throws {
    func text(_ content: LinkFrame.Content) throws -> String {
      String(decoding: try LinkFrame(id: 7, content).encoded(), as: UTF8.self)
    }
    #expect(try text(.ack(12)) == #"{"ack":12,"id":7,"v":1}"# + "\n")
    #expect(try text(.reply(.done)) == #"{"id":7,"reply":{"done":{}},"v":1}"# + "\n")
    #expect(
      try text(.hello(LinkHello(versions: [1], software: "1.0", machine: "m")))
        == #"{"hello":{"machine":"m","software":"1.0","versions":[1]},"id":7,"v":1}"# + "\n")
    #expect(
      try text(.error(LinkFailure(Rejection(.conflict, "send from 3"))))
        == #"{"error":{"code":"conflict","kind":"rejection","message":"send from 3"},"id":7,"v":1}"# + "\n")
    #expect(
      try text(.login(Self.login))
        == #"{"id":7,"login":{"epoch":2,"known":"secret_1","secret":"login","session":"session_01","value":"heron"},"v":1}"#
        + "\n")
    #expect(
      try text(.kept(.newer(SecretID(trusted: "secret_1"), value: "heron")))
        == #"{"id":7,"kept":{"newer":{"_0":"secret_1","value":"heron"}},"v":1}"# + "\n")
    #expect(try text(.ping) == #"{"id":7,"ping":{},"v":1}"# + "\n")
    #expect(try text(.pong) == #"{"id":7,"pong":{},"v":1}"# + "\n")
    #expect(try text(.bye("later")) == #"{"bye":"later","id":7,"v":1}"# + "\n")
  }

  @Test(
    "What is no frame is refused with the code that says why",
    arguments: [
      ("", .malformed), ("x", .malformed), ("[]", .malformed), ("{}", .malformed),
      (#"{"v":"1","id":1,"ack":1}"#, .malformed), (#"{"v":1,"ack":1}"#, .malformed), (#"{"v":1,"id":1}"#, .malformed),
      (#"{"v":1,"id":1,"ack":1,"reply":{"done":{}}}"#, .malformed),
      (#"{"v":1,"id":1,"request":{"fly":{}}}"#, .malformed),
      (#"{"v":2,"id":1,"ack":1}"#, .unsupportedVersion), (#"{"v":0,"new":true}"#, .unsupportedVersion),
    ] as [(String, LinkFrameError.Code)])
  func garbage(text: String, code: LinkFrameError.Code) {
    let error = #expect(throws: LinkFrameError.self) { try LinkFrame(decoding: Array(text.utf8)) }
    #expect(error?.code == code)
  }

  @Test("A malformed frame's error says nothing of what the frame holds")
  func redacted() {
    let line = #"{"v":1,"id":1,"request":{"check":{"command":"a","environment":{"KEY":["s3cret"]}}}}"#
    let error = #expect(throws: LinkFrameError.self) { try LinkFrame(decoding: Array(line.utf8)) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("s3cret") == false)
    #expect(error?.evidence.isEmpty == false)
  }

  @Test("A frame over the limit is refused at both ends")
  func tooLarge() {
    let text = String(repeating: "x", count: LinkFrame.maxBytes)
    let frame = LinkFrame(id: 1, .reply(.refused(reason: text)))
    #expect(throws: LinkFrameError.self) { try frame.encoded() }
    let error = #expect(throws: LinkFrameError.self) { try LinkFrame(decoding: Array(text.utf8) + [0]) }
    #expect(error?.code == .tooLarge)
  }

  @Test("A refusal is thrown at the other end as the same refusal, anything else as a link error")
  func failures() throws {
    func crossed(_ error: any Error) throws -> (any Error)? {
      let sent = LinkSignal<MachineReports, MachineRequests>.answer(4, LinkAnswer(error))
      let frame = try LinkFrame(decoding: LinkFrame(sent, version: 1).encoded())
      let received: LinkSignal<MachineReports, MachineRequests> = try frame.signal()
      guard case .answer(4, let answer) = received else { return nil }
      do { _ = try answer.get() } catch { return error }
      return nil
    }
    let rejection = Rejection(.superseded, "too late")
    #expect(try crossed(rejection) as? Rejection == rejection)
    #expect(try crossed(LinkError("gone")) as? LinkError == LinkError("gone"))
    #expect(try crossed(LinkError("gone", isAway: true)) as? LinkError == LinkError("gone", isAway: true))
    #expect(try crossed(StoreError(.full, "disk full")) is LinkError)
  }

  @Test("What an end says is heard as it was said, in both directions")
  func signals() throws {
    typealias Down = LinkSignal<MachineRequests, MachineReports>
    typealias Up = LinkSignal<MachineReports, MachineRequests>
    let batch = OutboxBatch(session: Samples.session, epoch: 1, items: [])
    let down: [Down] = [
      .hello(LinkHello(software: "1")), .call(1, .end(session: Samples.session)), .answer(2, .given(.acknowledged(7))),
      .answer(2, .given(.login(.newer(SecretID(trusted: "secret_1"), value: "heron")))),
      .answer(3, .refused(Rejection(.superseded, "no"))), .answer(4, .failed(LinkError("no"))), .ping(5), .pong(6),
      .bye("now"),
    ]
    for signal in down {
      let heard: Down = try LinkFrame(decoding: LinkFrame(signal, version: 1).encoded()).signal()
      #expect(heard == signal)
    }
    for signal in [.call(1, .items(batch)), .call(1, .login(Self.login)), .answer(2, .given(.done))] as [Up] {
      let heard: Up = try LinkFrame(decoding: LinkFrame(signal, version: 1).encoded()).signal()
      #expect(heard == signal)
    }
  }

  @Test(
    "A frame that only this side sends is refused",
    arguments: [.ack(1), .request(.end(session: Samples.session))] as [LinkFrame.Content])
  func wrongSide(content: LinkFrame.Content) {
    #expect(throws: LinkFrameError.self) {
      let _: LinkSignal<MachineReports, MachineRequests> = try LinkFrame(id: 1, content).signal()
    }
  }
}
