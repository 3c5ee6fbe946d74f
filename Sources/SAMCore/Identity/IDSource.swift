// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Makes ids that sort by time, even within one millisecond and when the clock steps back.
///
/// The core draws no chance of its own: production hands in the system's generator, a simulation a seeded one.
public final class IDSource: Sendable {
  private struct State {
    var generator: any RandomNumberGenerator & Sendable
    var lastTime: UInt64 = 0
    var lastRandom: (high: UInt16, low: UInt64) = (0, 0)
  }
  private let state: Mutex<State>

  /// - Parameter generator: where the 80 random bits of an id come from.
  public init(generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
    state = Mutex(State(generator: generator))
  }

  /// The next id of a kind.
  /// - Parameter now: the time that the id carries, unless an earlier id carries a later one.
  public func next<ID: PrefixedID>(_ kind: ID.Type = ID.self, now: Timestamp) -> ID {
    ID(trusted: "\(ID.prefix)_\(ulid(now: now))")
  }

  /// A bare ULID (https://github.com/ulid/spec): 26 characters of Crockford's base 32.
  public func ulid(now: Timestamp) -> String {
    let (time, high, low) = state.withLock { state -> (UInt64, UInt16, UInt64) in
      let time = max(UInt64(clamping: now.milliseconds), state.lastTime)
      if time == state.lastTime {
        state.lastRandom.low &+= 1
        if state.lastRandom.low == 0 { state.lastRandom.high &+= 1 }
      } else {
        state.lastTime = time
        state.lastRandom = (UInt16.random(in: 0...0x7FFF, using: &state.generator), state.generator.next())
      }
      return (time, state.lastRandom.high, state.lastRandom.low)
    }
    var digits = [UInt8](repeating: 0, count: 26)
    var clock = time
    for index in stride(from: 9, through: 0, by: -1) {
      digits[index] = Self.alphabet[Int(clock & 31)]
      clock >>= 5
    }
    var random = (UInt128(high) << 64) | UInt128(low)
    for index in stride(from: 25, through: 10, by: -1) {
      digits[index] = Self.alphabet[Int(random & 31)]
      random >>= 5
    }
    return String(decoding: digits, as: UTF8.self)
  }

  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
