// SPDX-License-Identifier: Apache-2.0
public import SAMAPI

/// What happens to the connection of a stream; told between entries, in order.
public enum FollowChange: Sendable, Hashable {
  /// The reader has caught up: what comes now has just been said. Told once.
  case live
  /// The connection is gone; the next is tried in a moment, from the same place.
  case lost(SAMClientError, retryIn: Duration)
  /// A connection is there again after a loss.
  case resumed
  /// Entries before the cursor are kept no longer and were passed over.
  case reset(cursor: Cursor, reason: String)
}
