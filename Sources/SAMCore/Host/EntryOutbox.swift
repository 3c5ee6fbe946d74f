// SPDX-License-Identifier: Apache-2.0

/// What a machine has to report of one session: numbered, immutable, kept until acknowledged.
public struct EntryOutbox: Hashable, Sendable {
  /// How much may wait before the agent is no longer read, in items.
  public static let limit = 4096
  /// How many items go into one batch at most.
  public static let batch = 256
  /// How much goes into one batch, in bytes, unless one item alone is larger.
  public static let batchBytes = 1 << 20

  /// The binding whose items these are.
  public private(set) var epoch: Int64 = 0
  /// The sequence of the last item, 0 before the first.
  public private(set) var last: Int64 = 0
  /// The sequence through which the control plane has everything.
  public private(set) var acknowledged: Int64 = 0
  /// The items beyond that.
  public private(set) var waiting: [OutboxItem] = []

  /// Whether so much waits that the agent should not be read.
  public var isFull: Bool { waiting.count >= Self.limit }
  /// Whether so little waits that the agent may be read again.
  public var hasRoom: Bool { waiting.count < Self.limit / 2 }

  /// The next items to send.
  public func nextBatch(of session: SessionID) -> OutboxBatch? {
    var items: [OutboxItem] = []
    var bytes = 0
    for item in waiting.prefix(Self.batch) {
      bytes += item.weight
      if bytes > Self.batchBytes, !items.isEmpty { break }
      items.append(item)
    }
    return items.isEmpty ? nil : OutboxBatch(session: session, epoch: epoch, items: items)
  }

  /// Folds one journal record.
  public mutating func apply(_ record: JournalRecord) {
    switch record {
    case .epoch(let number):
      epoch = number
      last = 0
      acknowledged = 0
      waiting = []
    case .item(let item):
      last = item.sequence
      waiting.append(item)
    case .acknowledged(let through):
      acknowledged = max(acknowledged, through)
      if let first = waiting.first, first.sequence <= through {
        waiting.removeFirst(min(waiting.count, Int(through - first.sequence + 1)))
      }
    case .received, .handing, .absent, .refused, .conversation: break
    }
  }
}

extension OutboxItem {
  /// About how large the item is on the wire, in bytes.
  var weight: Int {
    let own = 200
    switch content {
    case .entry(let body, let raw): return own + body.weight + (raw?.text.utf8.count ?? 0)
    case .asked(_, let title, let tool, _, _): return own + title.utf8.count + (tool?.weight ?? 0)
    case .settings(let settings, _): return own + settings.reduce(0) { $0 + $1.weight }
    case .started, .ended, .agentGone, .silent, .heard, .settingRefused: return own
    }
  }
}

extension EntryBody {
  /// About how much text the entry has, in bytes.
  fileprivate var weight: Int {
    switch self {
    case .user(let block), .agent(let block), .thought(let block): block.text.utf8.count
    case .tool(let tool): tool.weight
    case .plan(let plan): plan.steps.reduce(0) { $0 + $1.text.utf8.count }
    default: 200
    }
  }
}

extension AgentSetting {
  fileprivate var weight: Int {
    choices.reduce(200) { $0 + 40 + $1.value.utf8.count + $1.name.utf8.count + ($1.description?.utf8.count ?? 0) }
  }
}

extension ToolActivity {
  fileprivate var weight: Int {
    (output?.utf8.count ?? 0)
      + (diffs ?? []).reduce(0) { $0 + ($1.oldText?.utf8.count ?? 0) + $1.newText.utf8.count + $1.path.utf8.count }
  }
}
