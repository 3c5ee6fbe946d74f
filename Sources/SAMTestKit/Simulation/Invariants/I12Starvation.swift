// SPDX-License-Identifier: Apache-2.0

/// I12: with one item that fails for ever, every other one advances.
///
/// A run with a poisoned item ends when all but that one have come to rest; the world counts it here.
struct I12Starvation {
  /// How many runs with a poisoned item came to rest.
  private(set) var count = 0

  mutating func cameToRest() { count += 1 }
}
