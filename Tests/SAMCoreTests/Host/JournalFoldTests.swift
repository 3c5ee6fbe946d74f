// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// Inbox and outbox are folds of the journal: the same records always make the same state.
@Suite struct JournalFoldTests {
  let turn = TurnID(trusted: "turn_1")

  private func item(_ sequence: Int64, _ content: OutboxItem.Content) -> JournalRecord {
    .item(OutboxItem(sequence: sequence, at: Samples.time, turn: turn, content: content))
  }

  private func inbox(_ records: [JournalRecord]) -> PromptInbox {
    records.reduce(into: PromptInbox()) { $0.apply($1) }
  }

  @Test("A prompt is received, handed over, evident and ended, and stays ended")
  func life() {
    var records: [JournalRecord] = []
    var states: [PromptInbox.Prompt.State?] = []
    let steps: [JournalRecord] = [
      .received(turn, text: "Go", correlation: nil), .conversation("c"), .handing(turn), item(1, .started),
      item(2, .ended(.finished(stopReason: "end_turn"))), item(3, .started), .handing(turn),
      .received(turn, text: "Go", correlation: nil), .refused(turn),
    ]
    for step in steps {
      records.append(step)
      states.append(inbox(records)[turn]?.state)
    }
    #expect(states == [.received, .received, .handing, .evident, .ended, .ended, .ended, .ended, .ended])
    #expect(inbox(records).prompts.count == 1)
  }

  @Test("A withdrawn prompt stays withdrawn when it arrives, and has ended when that is said")
  func refused() {
    let records: [JournalRecord] = [.refused(turn), .received(turn, text: "Go", correlation: nil)]
    #expect(inbox(records).refused == [turn])
    #expect(inbox(records).next == nil)
    #expect(inbox(records + [item(1, .ended(.cancelled))]).refused == [])
  }

  @Test("An epoch begins with nothing to send, and an acknowledgement takes what it names")
  func epochs() {
    var outbox = EntryOutbox()
    for record in [.epoch(1), item(1, .started), item(2, .started), item(3, .started), .acknowledged(2)] {
      outbox.apply(record)
    }
    #expect(outbox.waiting.map(\.sequence) == [3])
    outbox.apply(.acknowledged(1))
    #expect(outbox.acknowledged == 2 && outbox.waiting.count == 1, "it never goes back")
    outbox.apply(.epoch(2))
    #expect(outbox.waiting.isEmpty && outbox.last == 0 && outbox.acknowledged == 0)
    #expect(outbox.nextBatch(of: Samples.session) == nil)
    outbox.apply(item(1, .started))
    #expect(outbox.nextBatch(of: Samples.session)?.items.map(\.sequence) == [1])
    #expect(outbox.nextBatch(of: Samples.session)?.epoch == 2)
  }

  @Test("A batch is about 1 MiB at most, unless one item alone is larger")
  func weight() {
    var outbox = EntryOutbox()
    outbox.apply(.epoch(1))
    for (index, size) in [700_000, 300_000, 200_000, 3_000_000, 10].enumerated() {
      let text = TextBlock(String(repeating: "x", count: size))
      outbox.apply(item(Int64(index + 1), .entry(.agent(text), raw: nil)))
    }
    var batches: [[Int64]] = []
    while let batch = outbox.nextBatch(of: Samples.session), let last = batch.items.last {
      batches.append(batch.items.map(\.sequence))
      outbox.apply(.acknowledged(last.sequence))
    }
    #expect(batches == [[1, 2], [3], [4], [5]])
  }
}
