// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// A journal file on a disk that loses what was not synced when the power fails.
struct SimJournal {
  /// All that was written, in order.
  private(set) var records: [JournalRecord] = []
  /// How many of them survive a power failure.
  private(set) var synced = 0

  mutating func append(_ record: JournalRecord) { records.append(record) }
  mutating func sync() { synced = records.count }

  /// The power fails: the synced part survives, and so much of what follows.
  mutating func fail(keeping extra: Int) {
    records = Array(records.prefix(synced + max(0, extra)))
    synced = records.count
  }

  /// How many records a power failure might lose.
  var atRisk: Int { records.count - synced }

  /// Whether a record would survive a power failure.
  func holds(_ record: JournalRecord) -> Bool { records.prefix(synced).contains(record) }

  /// Whether a power failure might lose that a prompt was taken, or refused.
  func risks(_ turn: TurnID) -> Bool {
    records.dropFirst(synced).contains { record in
      switch record {
      case .received(turn, _, _, _), .refused(turn): true
      default: false
      }
    }
  }

  /// How often it says that an agent has begun a turn.
  func begins(of turn: TurnID) -> Int {
    records.count { record in
      if case .item(let item) = record, item.turn == turn, case .started = item.content { true } else { false }
    }
  }

  /// The turn that an agent has, or may have.
  var current: TurnID? {
    var current: TurnID?
    for record in records {
      switch record {
      case .handing(let turn): current = turn
      case .item(let item): if case .ended = item.content, item.turn == current { current = nil }
      default: break
      }
    }
    return current
  }

  /// Whether a prompt of this epoch waits for an agent.
  var waits: Bool {
    var waiting: Set<TurnID> = []
    for record in records {
      switch record {
      case .epoch: waiting = []
      case .received(let turn, _, _, _): waiting.insert(turn)
      case .handing(let turn), .refused(let turn): waiting.remove(turn)
      case .item(let item): if case .ended = item.content, let turn = item.turn { waiting.remove(turn) }
      default: break
      }
    }
    return !waiting.isEmpty
  }

  /// Whether it says how a turn ended.
  func hasEnded(_ turn: TurnID) -> Bool {
    records.contains { record in
      if case .item(let item) = record, item.turn == turn, case .ended = item.content { true } else { false }
    }
  }

  /// The epoch of what is said now.
  var epoch: Int64? {
    records.reversed().lazy.compactMap { if case .epoch(let number) = $0 { number } else { nil } }.first
  }

  /// Through which item it says that the control plane had heard this epoch before the last record.
  var acknowledgedBefore: Int64? {
    for record in records.dropLast().reversed() {
      switch record {
      case .acknowledged(let through): return through
      case .epoch: return nil
      default: break
      }
    }
    return nil
  }

  /// Whether a conversation was ever opened.
  var hasConversation: Bool { records.contains { if case .conversation = $0 { true } else { false } } }

  /// Whether something large was said that may wait.
  var hasDump: Bool { records.contains { if case .item(let item) = $0 { item.isDump } else { false } } }

  /// What was said before a turn and an agent that is told of it is not told; nil = nothing, or nobody can say.
  func missing(in history: String, before turn: TurnID) -> String? {
    var (texts, handed, said, tools): ([TurnID: String], Set<TurnID>, [String], [String: String]) = ([:], [], [], [:])
    for record in records {
      switch record {
      case .received(let turn, let text, _, _): texts[turn] = texts[turn] ?? text
      case .handing(turn):
        return (said + tools.values.sorted().map { "You used a tool: \($0)\n" }).first { !history.contains($0) }
      case .handing(let turn):
        handed.insert(turn)
        said.append("Person: \(texts[turn] ?? "")")
      case .absent(let turn): handed.remove(turn)
      case .item(let item) where !said.isEmpty && item.turn.map(handed.contains) ?? true:
        switch item.content {
        // Of what is long only the beginning is told, and of all only the newest.
        case .entry(.agent(let block), _) where block.text.utf8.count > 500: return nil
        case .entry(.agent(let block), _): said.append(block.text)
        case .entry(.tool(let tool), _): if let title = tool.title { tools[tool.id] = title }
        case .ended(.interrupted), .ended(.failed): said.append("This was cut off")
        case .ended(.ambiguous): said.append("It is not known whether this was done")
        case .ended(.finished(stopReason: "cancelled")): said.append("The person cancelled this")
        default: break
        }
      default: break
      }
    }
    return nil
  }

  /// How many items the control plane does not have.
  var waiting: Int {
    let begin = records.lastIndex { if case .epoch = $0 { true } else { false } } ?? records.startIndex
    var (last, known) = (Int64(0), Int64(0))
    for record in records[begin...] {
      switch record {
      case .item(let item): last = item.sequence
      case .acknowledged(let through): known = max(known, through)
      default: break
      }
    }
    return Int(last - known)
  }

  /// Whether an item would survive a power failure.
  func holds(itemThrough sequence: Int64, epoch: Int64) -> Bool {
    var current: Int64 = 0
    for (index, record) in records.enumerated().reversed() {
      switch record {
      case .item(let item) where item.sequence == sequence: return index < synced
      case .epoch(let number): current = number
      default: break
      }
      if current != 0, current <= epoch { return false }
    }
    return false
  }
}

extension OutboxItem {
  /// Whether it is an agent's output that alone is larger than a batch.
  var isDump: Bool {
    if case .entry(.tool(let tool), _) = content {
      tool.output?.utf8.count ?? 0 > EntryOutbox.batchBytes
    } else {
      false
    }
  }
}

/// A workspace on a machine's disk: what agents did in it, piece by piece.
struct SimWorkspace {
  var branch: String
  /// What was done, in order.
  var pieces: [String] = []
}

/// What outlives every machine: the repository's remote, and the blobs.
struct SimRemote {
  /// What each branch has.
  var branches: [String: Set<String>] = [:]
  /// How many pushes changed a branch.
  var pushes = 0
  /// What was kept as bundles.
  var bundles: Set<String> = []
  var bundleCount = 0

  /// Whether a piece of work is anywhere but on its machine.
  func has(_ piece: String, branch: String) -> Bool {
    bundles.contains(piece) || branches[branch]?.contains(piece) == true
  }
}
