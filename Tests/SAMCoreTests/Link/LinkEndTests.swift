// SPDX-License-Identifier: Apache-2.0
import SAMCore
import Testing

@Suite("The end of a link")
struct LinkEndTests {
  // MARK: Hello

  @Test("The machine speaks first, the control plane chooses the highest version that both know")
  func introduces() {
    var pair = LinkPair(versions: ([1, 2, 3], [2, 3, 4]))
    #expect(pair.up == [.hello(LinkHello(versions: [2, 3, 4], software: "n", machine: "m"))])
    #expect(pair.down.isEmpty)
    #expect(pair.node.version == 2, "the oldest is likeliest to be read")
    pair.plane(.received(pair.up.removeFirst()))
    #expect(pair.down == [.hello(LinkHello(versions: [3], software: "p"))])
    #expect(pair.plane.isOpen && !pair.node.isOpen)
    pair.settle()
    #expect(pair.node.isOpen)
    #expect(pair.plane.version == 3 && pair.node.version == 3)
  }

  @Test(
    "Sides without a common version part, and both hear which one to update",
    arguments: [([1], [2, 3], "update this"), ([2], [1], "update the other")] as [([Int], [Int], String)])
  func partsWithoutVersion(plane: [Int], node: [Int], words: String) {
    var pair = LinkPair(versions: (plane, node))
    pair.settle()
    #expect(pair.plane.isClosed && pair.node.isClosed)
    #expect(pair.planeReason?.contains(words) == true)
    #expect(pair.nodeReason?.contains(words) == true)
  }

  @Test("What is asked before the other end has introduced itself goes out then")
  func asksEarly() {
    var pair = LinkPair()
    pair.plane(.call(1, "early"))
    pair.node(.call(1, 7))
    #expect(pair.down.isEmpty && pair.up.count == 1)
    pair.settle()
    #expect(pair.served == [1])
    #expect(pair.planeActions.contains(.serve(1, 7)))
  }

  @Test(
    "What is out of place before or after the hello ends the connection",
    arguments: [
      (false, .call(1, 1)), (false, .ping(1)), (false, .answer(1, .given(1))),
      (true, .hello(LinkHello(versions: [1], software: "n"))),
    ] as [(Bool, NodeEnd.Outgoing)])
  func outOfPlace(isOpen: Bool, signal: NodeEnd.Outgoing) {
    var pair = isOpen ? LinkPair.open() : LinkPair()
    pair.plane(.call(5, "x"))
    pair.plane(.received(signal))
    #expect(pair.plane.isClosed)
    #expect(pair.told[5]?.map(\.isAway) == [true])
  }

  // MARK: Calls

  @Test("Answers find their callers in whatever order they come")
  func matches() {
    var pair = LinkPair.open()
    for token in 1...3 { pair.plane(.call(token, "call \(token)")) }
    pair.settle()
    for id in [3, 1, 2] as [Int64] { pair.node(.answer(id, .given(Int(id) * 10))) }
    pair.settle()
    #expect(pair.told == [1: [.given(10)], 2: [.given(20)], 3: [.given(30)]])
  }

  @Test("A refusal stays one, and a failure says what the other side said")
  func failures() {
    var pair = LinkPair.open()
    for token in 1...2 { pair.plane(.call(token, "x")) }
    pair.settle()
    let refusal = Rejection(.invalid, "no")
    pair.node(.answer(1, .refused(refusal)))
    pair.node(.answer(2, .failed(LinkError("nobody there", isAway: true))))
    pair.settle()
    #expect(pair.told == [1: [.refused(refusal)], 2: [.failed(LinkError("nobody there", isAway: true))]])
  }

  @Test("A second answer, and a call that was there before, are passed over and counted")
  func repeats() {
    var pair = LinkPair.open()
    pair.plane(.call(1, "x"))
    let call = pair.down[0]
    pair.settle()
    pair.node(.received(call))
    #expect(pair.served == [1] && pair.node.repeated == 1)
    pair.node(.answer(1, .given(10)))
    pair.node(.answer(1, .given(11)))
    #expect(pair.up == [.answer(1, .given(10))])
    pair.settle()
    pair.plane(.received(.answer(1, .given(12))))
    #expect(pair.told == [1: [.given(10)]] && pair.plane.repeated == 1)
    #expect(pair.plane.isOpen && pair.node.isOpen)
  }

  @Test("An answer to what was never asked, and a gap in the calls, end the connection", arguments: [0, 2, -1, 900])
  func confused(id: Int64) {
    var pair = LinkPair.open()
    pair.plane(.call(1, "x"))
    pair.plane(.received(.answer(id, .given(1))))
    #expect(pair.told[1]?.map(\.isAway) == [true])
    #expect(pair.planeReason?.contains("never made") == true)
    pair.settle()
    #expect(pair.nodeReason?.contains("never made") == true, "the other side hears why")

    var other = LinkPair.open()
    other.node(.received(.call(2, "x")))
    #expect(other.node.isClosed && other.served.isEmpty)
  }

  @Test("Whoever does not want to know any more is not told; what was not sent is not sent")
  func forgets() {
    var pair = LinkPair.open(limits: LinkLimits(unanswered: 1))
    pair.plane(.call(1, "sent"))
    pair.plane(.call(2, "held"))
    pair.plane(.forget(1))
    pair.plane(.forget(2))
    pair.settle()
    #expect(pair.served == [1])
    pair.node(.answer(1, .given(1)))
    pair.settle()
    #expect(pair.told.isEmpty && pair.plane.repeated == 0)
    pair.plane(.lost(reason: "x"))
    #expect(pair.told.isEmpty)
  }

  @Test("What cannot be transmitted is refused to whoever asked, and the numbers go on without a gap")
  func unsendable() {
    var pair = LinkPair.open()
    _ = pair.plane.on(.call(1, "huge"), now: pair.now)
    guard let huge = pair.plane.next(now: pair.now) else { return #expect(Bool(false), "it was not sent") }
    pair.plane(.unsendable(huge, reason: "too large"))
    pair.plane(.call(2, "small"))
    pair.settle()
    #expect(pair.told == [1: [.refused(Rejection(.invalid, "too large"))]])
    #expect(pair.served == [1])
    pair.node(.unsendable(.answer(1, .given(1)), reason: "too large"))
    pair.settle()
    #expect(pair.told[2] == [.refused(Rejection(.invalid, "too large"))])
  }

  // MARK: Order and bounds

  @Test("Answers, pings and pongs never wait behind calls")
  func overtakes() {
    var pair = LinkPair.open()
    pair.node(.call(9, 9))
    pair.settle()
    for token in 1...50 { _ = pair.plane.on(.call(token, "x"), now: pair.now) }
    _ = pair.plane.on(.answer(1, .given("nine")), now: pair.now)
    _ = pair.plane.on(.received(.ping(4)), now: pair.now)
    #expect(pair.plane.next(now: pair.now) == .answer(1, .given("nine")))
    #expect(pair.plane.next(now: pair.now) == .pong(4))
    #expect(pair.plane.next(now: pair.now) == .call(1, "x"))
  }

  @Test("No more than the limit is sent unanswered; the rest goes out as answers come")
  func window() {
    var pair = LinkPair.open(limits: LinkLimits(unanswered: 2))
    for token in 1...5 { pair.plane(.call(token, "x")) }
    pair.settle()
    #expect(pair.served == [1, 2])
    for id in 1...5 as ClosedRange<Int64> {
      pair.node(.answer(id, .given(Int(id))))
      pair.settle()
    }
    #expect(pair.served == [1, 2, 3, 4, 5])
    #expect(pair.told.count == 5)
  }

  @Test("A flood of calls is answered that it is one, and cut off when the other side does not listen")
  func flood() {
    let limit = 4
    var pair = LinkPair.open(limits: LinkLimits(unanswered: limit))
    for id in 1...10 as ClosedRange<Int64> { _ = pair.node.on(.received(.call(id, "x")), now: pair.now) }
    var answers: [NodeEnd.Outgoing] = []
    while let answer = pair.node.next(now: pair.now) { answers.append(answer) }
    #expect(answers.count == 6 && pair.node.isOpen)
    for case .answer(_, .failed(let error)) in answers { #expect(!error.isAway) }

    for number in 1...100 as ClosedRange<Int64> { _ = pair.node.on(.received(.ping(number)), now: pair.now) }
    #expect(pair.node.isClosed)
  }

  // MARK: The end

  @Test("When it ends, everybody who waits hears once that the way was cut, in order, and nobody can ask any more")
  func ends() {
    var pair = LinkPair.open(limits: LinkLimits(unanswered: 2))
    for token in 1...4 { pair.plane(.call(token, "x")) }
    pair.plane(.lost(reason: "reset"))
    pair.plane(.lost(reason: "again"))
    pair.plane(.close(reason: "again"))
    pair.plane(.received(.answer(1, .given(1))))
    pair.plane(.tick)
    let handed = pair.planeActions.compactMap { if case .hand(let token, _) = $0 { token } else { nil } }
    #expect(handed == [1, 2, 3, 4])
    #expect(pair.told.values.allSatisfy { $0.allSatisfy(\.isAway) })
    #expect(pair.planeActions.count { if case .closed = $0 { true } else { false } } == 1)
    pair.plane(.call(5, "late"))
    #expect(pair.told[5]?.map(\.isAway) == [true])
  }

  @Test("Whoever closes says why, and nothing but that")
  func saysGoodbye() {
    var pair = LinkPair.open()
    pair.plane(.call(1, "x"))
    pair.settle()
    pair.node(.close(reason: "update"))
    pair.node(.answer(1, .given(1)))
    #expect(pair.up == [.bye("update")])
    pair.settle()
    #expect(pair.told[1]?.map(\.isAway) == [true])
    #expect(pair.planeReason?.contains("update") == true)
  }
}
