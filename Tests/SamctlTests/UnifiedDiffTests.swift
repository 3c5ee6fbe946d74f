// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import samctl

@Suite struct UnifiedDiffTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var old: String?
    var new: String
    var diff: String
    var testDescription: String { name }
  }

  static let ten = (1...10).map { "\($0)\n" }.joined()

  static let cases: [Case] = [
    Case(name: "nothing changed", old: "a\n", new: "a\n", diff: ""),
    Case(
      name: "a new file", old: nil, new: "a\nb\n",
      diff: "--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n"),
    Case(name: "emptied", old: "a\n", new: "", diff: "--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-a\n"),
    Case(
      name: "one line in the middle", old: ten, new: ten.replacing("5\n", with: "five\n"),
      diff: "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"),
    Case(
      name: "two places far apart", old: ten, new: "0\n" + ten + "11\n",
      diff: "--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n@@ -8,3 +9,4 @@\n 8\n 9\n 10\n+11\n"),
    Case(
      name: "the last line loses its line feed", old: "a\nb\n", new: "a\nb",
      diff: "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n"),
  ]

  @Test(arguments: cases) func aChangeIsWrittenAsDiffDoes(_ example: Case) {
    #expect(Self.text(UnifiedDiff(path: "f", old: example.old, new: example.new)) == example.diff)
  }

  @Test func anAbsolutePathStandsForItself() {
    let text = Self.text(UnifiedDiff(path: "/a/f", old: "1\n", new: "2\n"))
    #expect(text.hasPrefix("--- /a/f\n+++ /a/f\n"))
  }

  @Test func aHugeChangeIsWrittenInReasonableTime() {
    let old = (0..<20_000).map { "old \($0)\n" }.joined()
    let new = (0..<20_000).map { "new \($0)\n" }.joined()
    let start = ContinuousClock.now
    let counts = UnifiedDiff(path: "f", old: old, new: new).counts
    #expect(counts.added == 20_000 && counts.removed == 20_000)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  /// Random texts: taking away what was added gives the old text, taking away what was removed the new one.
  @Test(arguments: [1, 2, 3] as [UInt64]) func bothTextsAreInTheWholeDiff(_ seed: UInt64) {
    var random = SplitMix(state: seed)
    for round in 0..<200 {
      let old = (0..<Int.random(in: 0...12, using: &random)).map { _ in "\(Int.random(in: 0...4, using: &random))\n" }
      let new = (0..<Int.random(in: 0...12, using: &random)).map { _ in "\(Int.random(in: 0...4, using: &random))\n" }
      let edits = LineEdit.between(old, new)
      var (before, after): ([String], [String]) = ([], [])
      for edit in edits {
        switch edit {
        case .kept(let left, let right):
          before.append(old[left])
          after.append(new[right])
        case .removed(let index): before.append(old[index])
        case .added(let index): after.append(new[index])
        }
      }
      #expect(before == old && after == new, "seed \(seed), round \(round)")
    }
  }

  struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  private static func text(_ diff: UnifiedDiff) -> String {
    diff.lines.map { line in
      switch line {
      case .header(let text): text + "\n"
      case .kept(let text): " " + text + "\n"
      case .removed(let text): "-" + text + "\n"
      case .added(let text): "+" + text + "\n"
      }
    }.joined()
  }
}
