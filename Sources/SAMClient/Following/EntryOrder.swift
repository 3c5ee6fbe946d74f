// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// Watches that a session's entries come one by one without a gap, over all connections of a stream.
struct EntryOrder {
  let session: SessionID
  /// The place behind the last entry that was accepted.
  private(set) var cursor: Cursor

  init(session: SessionID, cursor: Cursor?) throws {
    guard cursor == nil || cursor?.session == session else {
      throw SAMClientError(.invalid, "The cursor belongs to another session than \(session). Use one of its own.")
    }
    self.session = session
    self.cursor = cursor ?? Cursor(session: session, seq: 0)
  }

  /// Accepts the next entry.
  /// - Throws: ``SAMClientError`` with `stream_gap`.
  mutating func accept(_ item: EntryItem) throws {
    guard item.entry.session == session, item.cursor.session == session, item.entry.seq == cursor.seq + 1,
      item.cursor.seq == item.entry.seq
    else {
      let what = item.entry.seq <= cursor.seq ? "came twice" : "came too early"
      throw SAMClientError(
        .streamGap,
        "In session \(session), entry \(item.entry.seq) \(what): entry \(cursor.seq + 1) was due. "
          + "What was shown so far is right; follow again from there, and report this.",
        evidence: "after \(cursor.seq): session \(item.entry.session), seq \(item.entry.seq), cursor \(item.cursor.seq)"
      )
    }
    cursor = item.cursor
  }

  /// Goes on from a place that samd names because it keeps nothing earlier.
  mutating func reset(to cursor: Cursor) throws {
    guard cursor.session == session, cursor.seq >= self.cursor.seq else {
      throw SAMClientError(
        .streamGap, "samd sent session \(session) back to an earlier place or to another session. Report this.",
        evidence: "at \(self.cursor.seq), reset to \(cursor.session) \(cursor.seq)")
    }
    self.cursor = cursor
  }
}
