// SPDX-License-Identifier: Apache-2.0
import SAMTestKit
import Testing

@Suite("Seeded chance")
struct SeededGeneratorTests {
  @Test("it is SplitMix64, as published")
  func reference() {
    // The first outputs of the reference implementation for the seed 1234567.
    var chance = SeededGenerator(seed: 1_234_567)
    let drawn = (0..<3).map { _ in chance.next() }
    #expect(drawn == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }

  @Test("draws stay in their bounds, reach both ends, and are even")
  func bounds() {
    var chance = SeededGenerator(seed: 7)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[chance.integer(in: -3...3) + 3] += 1 }
    #expect(counts.allSatisfy { (9_500...10_500).contains($0) }, "\(counts)")
    #expect(chance.below(0) == 0)
    #expect(chance.below(1) == 0)
    #expect(chance.integer(in: 5...5) == 5)
    let wide = (0..<100).map { _ in chance.integer(in: Int.min...Int.max) }
    #expect(wide.contains { $0 < 0 } && wide.contains { $0 > 0 })
    let spans = (0..<1000).map { _ in chance.duration(in: .milliseconds(2)...(.milliseconds(4))) }
    #expect(Set(spans) == [.milliseconds(2), .milliseconds(3), .milliseconds(4)])
    #expect(chance.pick([Int]()) == nil)
    #expect((0..<100).allSatisfy { _ in chance.pick(["a", "b"][0...]) != nil })
  }

  @Test("what happens once in no time never happens, and costs no draw")
  func never() {
    var chance = SeededGenerator(seed: 7)
    var untouched = chance
    #expect((0..<1000).allSatisfy { _ in !chance.oneIn(0) })
    #expect(chance.next() == untouched.next())
    #expect((0..<1000).allSatisfy { _ in chance.oneIn(1) })
  }
}
