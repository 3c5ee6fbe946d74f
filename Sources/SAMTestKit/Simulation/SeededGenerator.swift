// SPDX-License-Identifier: Apache-2.0

/// Repeatable chance (SplitMix64, https://prng.di.unimi.it/splitmix64.c): a seed that is printed can be run again.
///
/// Draw with the methods here and not with the standard library's `random(in:using:)`: what that makes of the bits may
/// change with the toolchain, and a printed seed is worth nothing then.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// - Parameter seed: the same seed gives the same draws.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to `bound`, without it, each as likely as any other; 0 when the bound is 0.
  public mutating func below(_ bound: UInt64) -> UInt64 {
    guard bound > 1 else { return 0 }
    // What is left over at the top of the 64 bits would make the small numbers likelier: it is drawn again.
    let unfair = (UInt64.max % bound + 1) % bound
    while true {
      let drawn = next()
      if drawn <= UInt64.max - unfair { return drawn % bound }
    }
  }

  /// A number from 0 up to `bound`, without it; 0 when the bound is 0 or less.
  public mutating func below(_ bound: Int) -> Int { Int(below(UInt64(max(0, bound)))) }

  /// A number in a range, both ends included.
  public mutating func integer(in range: ClosedRange<Int>) -> Int {
    let width = UInt64(bitPattern: Int64(range.upperBound)) &- UInt64(bitPattern: Int64(range.lowerBound))
    let drawn = width == .max ? next() : below(width + 1)
    return Int(Int64(bitPattern: UInt64(bitPattern: Int64(range.lowerBound)) &+ drawn))
  }

  /// True once in so many times; never, and without a draw, when that is 0.
  public mutating func oneIn(_ times: Int) -> Bool { times > 0 && below(UInt64(times)) == 0 }

  /// One of several; nil when there is none.
  public mutating func pick<Elements: RandomAccessCollection>(_ elements: Elements) -> Elements.Element? {
    guard !elements.isEmpty else { return nil }
    return elements[elements.index(elements.startIndex, offsetBy: integer(in: 0...(elements.count - 1)))]
  }

  /// A span in a range, to the millisecond, both ends included.
  public mutating func duration(in range: ClosedRange<Duration>) -> Duration {
    let width = (range.upperBound - range.lowerBound).components
    let milliseconds = UInt64(width.seconds) * 1000 + UInt64(width.attoseconds / 1_000_000_000_000_000)
    return range.lowerBound + .milliseconds(Int64(below(milliseconds + 1)))
  }
}
