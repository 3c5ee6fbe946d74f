// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// A journal file on a disk that loses what was not synced when the power fails.
struct FakeDisk {
  /// All that was written, in order.
  private(set) var records: [JournalRecord] = []
  /// How many of them survive a power failure.
  private(set) var synced = 0

  mutating func append(_ record: JournalRecord) { records.append(record) }
  mutating func sync() { synced = records.count }

  /// What an operating system or a cable did to the file: the synced part survives, and some of what follows.
  mutating func crash(keeping extra: Int) {
    records = Array(records.prefix(synced + max(0, extra)))
    synced = records.count
  }

  /// How many records a process crash would keep and a power failure might lose.
  var atRisk: Int { records.count - synced }

  /// Whether a record would survive a power failure.
  func holds(_ record: JournalRecord) -> Bool { records.prefix(synced).contains(record) }
}
