// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import SAMRPC
import Testing

@Suite struct LinkFrameTests {
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
      guard case .error(let failure) = frame.content else {
        Issue.record("\(frame)")
        continue
      }
      #expect(failure.error as? LinkError == LinkError("x", isAway: isAway))
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
  func failures() {
    let rejection = Rejection(.superseded, "too late")
    #expect(LinkFailure(rejection).error as? Rejection == rejection)
    #expect(LinkFailure(LinkError("gone")).error as? LinkError == LinkError("gone"))
    #expect(LinkFailure(StoreError(.full, "disk full")).error is LinkError)
  }

  @Test("Sides without a common version part with a message that says which one to update")
  func negotiation() throws {
    #expect(try LinkVersion.negotiate(LinkHello(versions: [1, 2], software: "9")) == 1)
    let newer = #expect(throws: LinkFrameError.self) {
      try LinkVersion.negotiate(LinkHello(versions: [2, 3], software: "9"))
    }
    #expect(newer?.message.contains("update this side") == true)
    let older = #expect(throws: LinkFrameError.self) {
      try LinkVersion.negotiate(LinkHello(versions: [0], software: "0"))
    }
    #expect(older?.message.contains("update the other side") == true)
  }
}
