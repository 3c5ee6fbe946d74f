// SPDX-License-Identifier: Apache-2.0
internal import Crypto
internal import SAMAPI
internal import SAMCore
internal import Synchronization

/// Remembers for a while what was answered to requests that are no commands, so that a retry hears the same.
///
/// Commands' answers are kept in the store. These here (tokens, secrets, trials of agents) are kept in memory: a token
/// must not be on disk in clear. After a restart a retry is a new request.
final class RecentAnswers: Sendable {
  private enum State: Sendable {
    case running
    case answered(APIResponse)
  }
  private struct Known: Sendable {
    var digest: [UInt8]
    var state: State
    var at: Timestamp
  }
  private static let limit = 1000
  private static let lifetime = Duration.seconds(600)

  private let known = Mutex<[CommandKey: Known]>([:])
  private let now: @Sendable () -> Timestamp

  init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

  /// The answer that this request got before, or gets now. What fails is not remembered.
  /// - Parameter name: what is done, with all that the path says.
  /// - Throws: ``Rejection`` with `idempotency_key_reused` or `conflict`; what the body throws.
  func answer(
    _ name: String, _ request: APIRequest, _ body: () async throws -> APIResponse
  ) async throws -> APIResponse {
    guard let id = request.key else { return try await body() }
    let key = CommandKey(actor: request.actor, id: id)
    if let earlier = try begin(key, Array(SHA256.hash(data: Array(name.utf8) + [0] + request.body))) { return earlier }
    do {
      let response = try await body()
      known.withLock { $0[key]?.state = .answered(response) }
      return response
    } catch {
      known.withLock { $0[key] = nil }
      throw error
    }
  }

  private func begin(_ key: CommandKey, _ digest: [UInt8]) throws -> APIResponse? {
    let now = now()
    return try known.withLock { known in
      if let earlier = known[key], now - earlier.at < Self.lifetime {
        guard earlier.digest == digest else {
          throw Rejection(
            .idReused, "the id '\(key.id)' was used for another request; make a new id for a new request")
        }
        switch earlier.state {
        case .answered(let response): return response
        case .running:
          throw Rejection(.conflict, "the request '\(key.id)' is being answered already; wait for it, or try again")
        }
      }
      if known.count >= Self.limit { Self.forget(&known, now) }
      known[key] = Known(digest: digest, state: .running, at: now)
      return nil
    }
  }

  /// Forgets what is too old, and if that is not enough, the older half of what is answered.
  private static func forget(_ known: inout [CommandKey: Known], _ now: Timestamp) {
    known = known.filter { now - $0.value.at < lifetime }
    guard known.count >= limit else { return }
    for (key, entry) in known.sorted(by: { $0.value.at < $1.value.at }).prefix(limit / 2) {
      if case .answered = entry.state { known[key] = nil }
    }
  }
}
