// SPDX-License-Identifier: Apache-2.0
import SAMCore
import Testing

@Suite("The end of a link, in time")
struct LinkEndTimeTests {
  /// When the node wants to be woken next.
  private func wake(_ pair: LinkPair) -> Duration? {
    pair.nodeActions.compactMap { if case .wake(let time) = $0 { time } else { nil } }.last
  }

  @Test("Who has sent nothing for 10 s sends a ping, and hears a pong")
  func pings() {
    var pair = LinkPair()
    pair.settle()
    #expect(wake(pair) == .seconds(10))
    pair.wait(10)
    pair.node(.tick)
    #expect(pair.up == [.ping(1)])
    pair.settle()
    #expect(pair.node.isOpen && pair.plane.isOpen)
    #expect(wake(pair) == .seconds(20))
  }

  @Test("Who sends anyway sends no ping")
  func busy() {
    var pair = LinkPair()
    pair.settle()
    for id in 1...20 as ClosedRange<Int64> {
      pair.wait(5)
      pair.node(.call(1, 1))
      #expect(pair.up.count == 1)
      pair.settle()
      pair.plane(.answer(id, .given("ok")))
      pair.settle()
      if let wake = wake(pair), wake <= pair.now.uptime { pair.node(.tick) }
      #expect(pair.up.isEmpty)
    }
  }

  @Test("A wake is asked for once at a time, and a tick before it does nothing")
  func oneWake() {
    var pair = LinkPair()
    for _ in 1...5 { pair.node(.tick) }
    #expect(pair.nodeActions == [.wake(.seconds(10))])
    pair.wait(10)
    for _ in 1...5 { pair.node(.tick) }
    #expect(pair.nodeActions == [.wake(.seconds(10)), .wake(.seconds(20))])
  }

  @Test("Who has heard nothing for 30 s takes the other side for gone, on both sides, and says no farewell")
  func silence() {
    var pair = LinkPair.open()
    pair.plane(.call(1, "x"))
    for _ in 1...3 {
      pair.wait(10)
      pair.plane(.tick)
      pair.node(.tick)
    }
    #expect(pair.plane.isClosed && pair.node.isClosed)
    #expect(pair.told[1]?.map(\.isAway) == [true])
    #expect(!pair.down.contains { if case .bye = $0 { true } else { false } })
  }

  @Test("Who connects and says nothing is taken for gone likewise")
  func mute() {
    var pair = LinkPair()
    pair.up = []
    for _ in 1...3 {
      pair.wait(10)
      pair.plane(.tick)
    }
    #expect(pair.plane.isClosed && pair.down.isEmpty)
  }

  @Test("Part of a frame is a sign of life")
  func slowFrame() {
    var pair = LinkPair.open()
    for _ in 1...20 {
      pair.wait(10)
      pair.plane(.heard)
      pair.plane(.tick)
    }
    #expect(pair.plane.isOpen)
  }

  @Test("A side that was itself asleep listens anew before it judges")
  func slept() {
    var pair = LinkPair.open()
    pair.wait(3_600)
    pair.plane(.tick)
    #expect(pair.plane.isOpen)
    for _ in 1...3 {
      pair.wait(10)
      pair.plane(.tick)
    }
    #expect(pair.plane.isClosed)
  }

  @Test("While the transport takes nothing, pings do not pile up, and ticks do not come faster")
  func stuck() {
    var pair = LinkPair.open()
    _ = pair.plane.on(.received(.ping(1)), now: pair.now)
    for second in stride(from: 10, through: 100, by: 10) {
      pair.now.uptime = .seconds(second)
      _ = pair.plane.on(.heard, now: pair.now)
      #expect(pair.plane.on(.tick, now: pair.now) == [.wake(.seconds(second + 10))])
    }
    #expect(pair.plane.next(now: pair.now) == .pong(1))
    #expect(pair.plane.next(now: pair.now) == nil)
  }

  @Test("Jumps of the wall clock do nothing", arguments: [1_000_000_000, -1_000_000_000] as [Int64])
  func jumps(milliseconds: Int64) {
    var pair = LinkPair.open()
    pair.now.wall = Timestamp(milliseconds: milliseconds)
    pair.plane(.tick)
    pair.node(.tick)
    #expect(pair.plane.isOpen && pair.up.isEmpty && pair.down.isEmpty)
  }
}
