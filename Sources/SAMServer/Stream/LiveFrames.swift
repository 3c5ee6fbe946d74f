// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore
internal import Synchronization

/// The encoded entries of the sessions that somebody follows: a hundred viewers cost one encoding.
final class LiveFrames: Sendable {
  private struct Live: Sendable {
    var frames: SessionFrames
    var viewers: Int
  }
  private let live = Mutex<[SessionID: Live]>([:])

  /// A viewer comes.
  func join(_ session: SessionID) -> SessionFrames {
    live.withLock { live in
      let frames = live[session]?.frames ?? SessionFrames()
      live[session] = Live(frames: frames, viewers: (live[session]?.viewers ?? 0) + 1)
      return frames
    }
  }

  /// A viewer goes; with the last one goes what is kept for them.
  func leave(_ session: SessionID) {
    live.withLock { live in
      guard let viewers = live[session]?.viewers else { return }
      if viewers <= 1 { live[session] = nil } else { live[session]?.viewers = viewers - 1 }
    }
  }

  /// How many sessions are followed.
  var count: Int { live.withLock { $0.count } }
}

/// The newest encoded entries of one session, at most 128 of them with at most 64 KiB each.
///
/// A place holds the newest entry that fell into it, so that who reads far behind drives out nothing that those who
/// keep up need.
final class SessionFrames: Sendable {
  private struct Slot: Sendable {
    var seq: Int64
    var item: [UInt8]
  }
  private static let size = 128
  private static let maxBytes = 64 << 10

  private let slots = Mutex([Slot?](repeating: nil, count: size))

  /// The text of a frame with these entries.
  /// - Parameter raw: whether the agent's own messages are shown; such frames are encoded for each viewer.
  func frame(of entries: [Entry], raw: Bool) throws -> String {
    var bytes = Array(#"{"items":["#.utf8)
    for (index, entry) in entries.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: try raw ? Self.encode(entry, raw: true) : item(entry))
    }
    bytes.append(contentsOf: #"],"type":"entries"}"#.utf8)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The entry with its cursor, encoded by the first viewer who needs it.
  private func item(_ entry: Entry) throws -> [UInt8] {
    let place = Int(entry.seq % Int64(Self.size))
    return try slots.withLock { slots in
      if let slot = slots[place] {
        if slot.seq == entry.seq { return slot.item }
        if slot.seq > entry.seq { return try Self.encode(entry, raw: false) }
      }
      let item = try Self.encode(entry, raw: false)
      if item.count <= Self.maxBytes { slots[place] = Slot(seq: entry.seq, item: item) }
      return item
    }
  }

  private static func encode(_ entry: Entry, raw: Bool) throws -> [UInt8] {
    let view = EntryView(entry, raw: raw)
    return try APICoding.encode(EntryItem(cursor: view.cursor, entry: view))
  }
}
