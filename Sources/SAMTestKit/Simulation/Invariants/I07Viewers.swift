// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I7: what a viewer sees is a contiguous prefix; a transcript has no gaps, and says every word once and in order.
struct I07Viewers {
  private(set) var count = 0
  private var last: [SessionID: Int64] = [:]
  private var words: [SessionID: Int] = [:]
  private var said: [SessionID: Int] = [:]
  private var spoken: [SessionID: [Int: Int64]] = [:]

  /// An agent says a word.
  mutating func says(_ session: SessionID, _ word: Int, now: Int64) {
    said[session] = word
    spoken[session, default: [:]][word] = now
  }

  /// A word is written down, within a moment. Times are in microseconds.
  mutating func writes(_ session: SessionID, _ word: SimWord, now: Int64) -> [String] {
    guard let since = spoken[session]?.removeValue(forKey: word.number), now - since > 2_000_000 else { return [] }
    return ["word \(word.number) of \(session) was written \((now - since) / 1000) ms after it was said"]
  }

  /// Where nothing goes wrong, all that was said is written.
  func unwritten() -> [SessionID] { said.filter { words[$0.key] != $0.value }.keys.sorted() }

  mutating func committed(_ changes: Changes) -> [String] {
    var wrong: [String] = []
    for entry in changes.entries {
      count += 1
      let before = last[entry.session] ?? 0
      if entry.seq != before + 1 { wrong.append("\(entry.session): entry \(entry.seq) comes after \(before)") }
      last[entry.session] = entry.seq
      for word in SimWord.all(in: entry.body) {
        let before = words[entry.session] ?? 0
        // Each process says one, two, three: nothing is left out.
        let isNext = word.number == before + 1 || word.number % SimWord.most == 1
        if word.number <= before || !isNext {
          wrong.append("\(entry.session): word \(word.number) comes after word \(words[entry.session] ?? 0)")
        }
        words[entry.session] = word.number
      }
      if case .agent(let block) = entry.body, block.text.contains("a thought") {
        wrong.append("\(entry.session): a thought was written as speech")
      }
      if case .thought(let block) = entry.body, block.text.contains("<") {
        wrong.append("\(entry.session): speech was written as a thought")
      }
      if case .agent(let block) = entry.body, block.text.contains("replayed") {
        wrong.append("\(entry.session): a replay was written into the transcript")
      }
    }
    return wrong
  }

  mutating func viewed(_ entries: [Entry], after seq: Int64) -> [String] {
    let seen = entries.map(\.seq)
    guard !seen.isEmpty else { return [] }
    count += 1
    let expected = Array((seq + 1)...(seq + Int64(seen.count)))
    return seen == expected ? [] : ["a viewer at \(seq) saw \(seen)"]
  }

  /// The store was replaced by an older one: what it has is read again.
  mutating func restored(_ entries: [Entry]) {
    last = [:]
    words = [:]
    for entry in entries {
      last[entry.session] = max(last[entry.session] ?? 0, entry.seq)
      for word in SimWord.all(in: entry.body) { words[entry.session] = max(words[entry.session] ?? 0, word.number) }
    }
  }

  /// Every user message of a turn that began is there once.
  mutating func atTheEnd(_ reader: SimReader) throws -> [String] {
    var wrong: [String] = []
    for session in try reader.list(Session.self, StateQuery(Session.kind, limit: 100_000)) {
      var said: [TurnID: Int] = [:]
      for entry in try reader.entries(session.id, after: 0, limit: 1_000_000) {
        if case .user = entry.body, let turn = entry.turn { said[turn, default: 0] += 1 }
      }
      for (turn, times) in said.sorted(by: { $0.key < $1.key }) where times != 1 {
        wrong.append("\(turn) stands \(times) times in the transcript")
      }
    }
    return wrong
  }
}
