// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import SAMAPI

/// The client-made id of a request that changes something.
enum IdempotencyKey {
  /// The key of a request.
  /// - Throws: ``Problem`` with `missing_idempotency_key` when there is none, or none that can be one.
  static func of(_ headers: HTTPFields) throws -> String {
    let values = headers[values: .idempotencyKey]
    guard values.count == 1, let key = values.first, isValid(key) else {
      throw Problem(
        .missingIdempotencyKey,
        "send one 'Idempotency-Key' of 1 to 128 visible ASCII characters, a new one for each new request and the same "
          + "one for a retry")
    }
    return key
  }

  private static func isValid(_ key: String) -> Bool {
    (1...128).contains(key.utf8.count) && key.utf8.allSatisfy { (33...126).contains($0) }
  }
}
