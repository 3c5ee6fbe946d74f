// SPDX-License-Identifier: Apache-2.0

/// What happened, as a hash that two runs of one seed must share, and in words where somebody wants to read it.
struct SimTrace {
  /// The hash of all that was noted (FNV-1a over 64-bit words).
  private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  /// The words, when they are wanted.
  private(set) var lines: [String] = []
  let isRecorded: Bool

  init(isRecorded: Bool) { self.isRecorded = isRecorded }

  mutating func mix(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01b3 }

  mutating func mix(_ text: String) { for byte in text.utf8 { mix(UInt64(byte)) } }

  /// Notes something at a time in microseconds.
  mutating func note(_ time: Int64, _ kind: UInt64, _ words: @autoclosure () -> String) {
    mix(UInt64(bitPattern: time))
    mix(kind)
    guard isRecorded else { return }
    let milliseconds = time / 1000
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000)
    let clock = "\(seconds).\(String(repeating: "0", count: rest < 10 ? 2 : rest < 100 ? 1 : 0))\(rest)"
    lines.append("\(String(repeating: " ", count: max(0, 10 - clock.count)))\(clock)  \(words())")
  }
}
