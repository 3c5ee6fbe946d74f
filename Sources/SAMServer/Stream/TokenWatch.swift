// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Looks now and then whether a token still opens something: a stream may be open for days.
struct TokenWatch: Sendable {
  let tokens: any AccessTokens
  let token: String
  let interval: Duration

  /// Returns when the token opens nothing any more.
  func untilRevoked(clock: WallClock) async throws {
    repeat {
      try await clock.sleep(interval)
    } while try await tokens.actor(for: token) != nil
  }
}
