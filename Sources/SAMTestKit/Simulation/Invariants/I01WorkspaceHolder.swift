// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I1: a session's workspace has one holder; after an epoch has begun, nothing of an older one is written.
struct I01WorkspaceHolder {
  private(set) var count = 0
  private var epochs: [SessionID: Int64] = [:]

  /// An agent is started in a session.
  mutating func starts(_ session: SessionID, isAlive: Bool) -> [String] {
    count += 1
    return isAlive ? ["an agent is started in \(session) while another one lives there"] : []
  }

  /// Every word says in which epoch its agent was started.
  mutating func committed(_ changes: Changes) -> [String] {
    var wrong: [String] = []
    for entry in changes.entries {
      if let epoch = epochs[entry.session], entry.epoch < epoch {
        wrong.append("\(entry.session): an entry of epoch \(entry.epoch) in epoch \(epoch)")
      }
      for word in SimWord.all(in: entry.body) {
        count += 1
        if word.epoch != entry.epoch {
          wrong.append("\(entry.session): a word of epoch \(word.epoch) was written in epoch \(entry.epoch)")
        }
      }
    }
    for (session, position) in changes.streams { epochs[session] = max(epochs[session] ?? 0, position.epoch) }
    return wrong
  }

  mutating func restored() { epochs = [:] }
}

/// A word of a simulated agent: in which epoch it was said, and which it is.
struct SimWord: Hashable {
  var epoch: Int64
  var number: Int
  /// More than a process ever says.
  static let most = 1_000_000

  /// The words in an entry, in order.
  static func all(in body: EntryBody) -> [SimWord] {
    guard case .agent(let block) = body else { return [] }
    return block.text.split(separator: "<").compactMap { part in
      let numbers = part.split(separator: ">")[0].split(separator: ".").compactMap { Int64($0) }
      return numbers.count == 2 ? SimWord(epoch: numbers[0], number: Int(numbers[1])) : nil
    }
  }
}
