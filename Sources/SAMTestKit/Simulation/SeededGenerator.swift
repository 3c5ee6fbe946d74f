// SPDX-License-Identifier: Apache-2.0

/// Repeatable chance (SplitMix64, https://prng.di.unimi.it/splitmix64.c): a seed that is printed can be run again, in
/// any process, in debug and in release.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// - Parameter seed: the same seed always gives the same sequence.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, not including, a bound; 0 for a bound of 0 or less.
  public mutating func below(_ bound: Int) -> Int {
    guard bound > 0 else { return 0 }
    // The high half of a product: as even as anybody needs here, and the same everywhere.
    return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// True once in so many times; never for 0.
  public mutating func oneIn(_ times: Int) -> Bool { times > 0 && below(times) == 0 }

  /// One of some elements; nil when there is none.
  public mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }

  /// A span between two, to the millisecond.
  public mutating func duration(_ range: ClosedRange<Duration>) -> Duration {
    let least = range.lowerBound.milliseconds
    return .milliseconds(least + Int64(below(Int(range.upperBound.milliseconds - least) + 1)))
  }

  /// A generator of its own for one part, so that what one part draws does not change what another one draws.
  public mutating func split() -> SeededGenerator { SeededGenerator(seed: next()) }
}

extension Duration {
  /// This span in milliseconds, cut off.
  fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
