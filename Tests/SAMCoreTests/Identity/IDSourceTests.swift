// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMRPC
import Testing

/// Ids sort by the time at which they were made, whatever the clock does.
@Suite struct IDSourceTests {
  @Test("Each id is greater than the one before, also within a millisecond and when the clock steps back")
  func monotonic() {
    let source = IDSource(generator: SeededGenerator(seed: 1))
    var chance = SeededGenerator(seed: 2)
    var now = Timestamp(milliseconds: 1_700_000_000_000)
    var last = ""
    for _ in 0..<5000 {
      now = now + .milliseconds(Int64.random(in: -50...50, using: &chance))
      let id = source.ulid(now: now)
      #expect(id > last)
      last = id
    }
  }

  /// Random bits that are all ones: the next id within the millisecond carries over.
  private struct Ones: RandomNumberGenerator {
    mutating func next() -> UInt64 { .max }
  }

  @Test("The random part carries over into its high bits")
  func carry() {
    let source = IDSource(generator: Ones())
    let now = Timestamp(milliseconds: 1)
    let first = source.ulid(now: now)
    #expect(first == "0000000001FZZZZZZZZZZZZZZZ")
    #expect(source.ulid(now: now) > first)
  }

  @Test(
    "A ULID carries its time in 10 digits",
    arguments: [
      (0, "0000000000"), (1, "0000000001"), (32, "0000000010"), (1_469_918_176_385, "01ARYZ6S41"),
      ((Int64(1) << 48) - 1, "7ZZZZZZZZZ"),
    ] as [(Int64, String)])
  func time(_ milliseconds: Int64, _ digits: String) {
    let id = IDSource(generator: SeededGenerator(seed: 1)).ulid(now: Timestamp(milliseconds: milliseconds))
    #expect(id.hasPrefix(digits))
    #expect(id.count == 26)
  }

  @Test("The same seed makes the same ids")
  func repeatable() {
    let now = Timestamp(milliseconds: 5)
    let ids = (0..<2).map { _ -> TaskID in IDSource(generator: SeededGenerator(seed: 9)).next(now: now) }
    #expect(ids[0] == ids[1])
    #expect(ids[0].rawValue.hasPrefix("task_"))
  }

  @Test(
    "An id is its prefix and 1 to 64 letters, digits or hyphens",
    arguments: [
      ("task_1", true), ("task_01J9Z3-a", true), ("task_" + String(repeating: "a", count: 64), true),
      ("task_" + String(repeating: "a", count: 65), false), ("task_", false), ("task", false), ("turn_1", false),
      ("task_a_b", false), ("task_é", false), ("task_a/b", false), (" task_1", false), ("task_1\n", false),
    ])
  func wellFormed(_ text: String, _ valid: Bool) throws {
    #expect((TaskID(rawValue: text) != nil) == valid)
    let json = JSONValue.string(text).serialized()
    if valid {
      #expect(try StateCoding.decode(TaskID.self, from: json).rawValue == text)
    } else {
      #expect(throws: StoreError.self) { try StateCoding.decode(TaskID.self, from: json) }
    }
  }

  @Test("Times are added and subtracted to the millisecond")
  func timestamps() {
    let time = Timestamp(milliseconds: 1000)
    #expect(time + .microseconds(1999) == Timestamp(milliseconds: 1001))
    #expect(time + .seconds(-2) == Timestamp(milliseconds: -1000))
    #expect(Timestamp(milliseconds: 1500) - time == .milliseconds(500))
  }
}
