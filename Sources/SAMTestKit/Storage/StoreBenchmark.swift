// SPDX-License-Identifier: Apache-2.0
public import SAMCore
internal import SAMRPC

/// Measures what a durable decision costs, beside a bare database that writes the same rows.
///
/// Both are measured in turns, so that a busy moment of the machine meets both; the median of the rounds counts.
public struct StoreBenchmark {
  /// One line of the table: so many writers at once.
  public struct Row: Sendable {
    /// How many callers wait at the same time.
    public var writers: Int
    /// Microseconds for one decision through the store.
    public var store: Double
    /// Microseconds for one decision's rows in a bare transaction of their own.
    public var bareAlone: Double
    /// Microseconds for one decision's rows when as many as there are writers share a bare transaction.
    public var bareGrouped: Double
  }

  /// A bare database: encodes a group of changes, which is not measured, and returns what writes them in one durable
  /// transaction, which is.
  public typealias Baseline = (_ group: [Changes]) throws -> () throws -> Void

  /// How many rounds are measured.
  public var rounds = 7
  /// How many decisions a round makes with each number of writers.
  public var decisionsPerRound = 512
  /// How many callers wait at the same time.
  public var writers = [1, 8, 64]

  /// A benchmark with the usual numbers.
  public init() {}

  /// Measures a store and a baseline.
  /// - Parameters:
  ///   - store: an empty store.
  ///   - baseline: an empty bare database on the same disk.
  ///   - print: receives the table line by line.
  /// - Returns: the lines' numbers.
  /// - Throws: what store and baseline throw.
  @discardableResult
  public func run(
    store: any Store, baseline: Baseline, print: (String) -> Void = { Swift.print($0) }
  ) async throws -> [Row] {
    var result: [Row] = []
    print("writers   store µs   bare µs   ratio   bare, grouped µs   ratio")
    for writers in self.writers {
      var measured: (store: [Double], alone: [Double], grouped: [Double]) = ([], [], [])
      // Round -1 warms up.
      for round in -1..<rounds {
        let perWriter = max(1, decisionsPerRound / writers)
        let name = { (use: String) in "\(use)-\(writers)-\(round + 1)" }
        let storeTime = try await Self.time(store, Workload(name("s"), writers: writers, each: perWriter))
        let aloneTime = try Self.time(baseline, Workload(name("a"), writers: writers, each: perWriter), group: 1)
        let groupedTime = try Self.time(
          baseline, Workload(name("g"), writers: writers, each: perWriter), group: writers)
        guard round >= 0 else { continue }
        measured.store.append(storeTime)
        measured.alone.append(aloneTime)
        measured.grouped.append(groupedTime)
      }
      let row = Row(
        writers: writers, store: Self.median(measured.store), bareAlone: Self.median(measured.alone),
        bareGrouped: Self.median(measured.grouped))
      result.append(row)
      print(
        [
          Self.cell(Double(writers), 7, digits: 0), Self.cell(row.store, 11), Self.cell(row.bareAlone, 10),
          Self.cell(row.store / row.bareAlone, 8, digits: 2), Self.cell(row.bareGrouped, 19),
          Self.cell(row.store / row.bareGrouped, 8, digits: 2),
        ].joined())
    }
    return result
  }

  /// Microseconds for one decision.
  private static func time(_ store: any Store, _ workload: Workload) async throws -> Double {
    let start = ContinuousClock.now
    try await withThrowingDiscardingTaskGroup { group in
      for decisions in workload.writers {
        group.addTask {
          for changes in decisions {
            try await store.transact { reader in
              for row in changes.states { _ = try reader.state(row.key) }
              return (changes, ())
            }
          }
        }
      }
    }
    return Self.microseconds(since: start) / Double(workload.count)
  }

  private static func time(_ baseline: Baseline, _ workload: Workload, group: Int) throws -> Double {
    // As the writers would come: the first decision of each, then the second of each.
    let steps = workload.writers.first?.count ?? 0
    let order = (0..<steps).flatMap { step in workload.writers.map { $0[step] } }
    let commits = try stride(from: 0, to: order.count, by: group).map { first in
      try baseline(Array(order[first..<min(first + group, order.count)]))
    }
    let start = ContinuousClock.now
    for commit in commits { try commit() }
    return Self.microseconds(since: start) / Double(workload.count)
  }

  private static func microseconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .microseconds(1)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }

  private static func cell(_ value: Double, _ width: Int, digits: Int = 1) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    let text = digits == 0 ? "\(Int(rounded))" : "\(rounded)"
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

/// What the writers of one measurement write: each its own session, a prompt's worth of rows a decision.
private struct Workload: Sendable {
  var writers: [[Changes]] = []
  var count: Int { writers.reduce(0) { $0 + $1.count } }

  init(_ name: String, writers: Int, each: Int) {
    for writer in 0..<writers {
      self.writers.append((1...each).map { Self.decision($0, of: "bench-\(name)-\(writer)") })
    }
  }

  private static func decision(_ number: Int, of name: String) -> Changes {
    let now = Timestamp(milliseconds: 1_700_000_000_000 + Int64(number))
    let session = SessionID(trusted: "session_\(name)")
    let key = AggregateKey(kind: AggregateKind(rawValue: "session"), id: session.rawValue)
    let words = "The quick brown fox jumps over the lazy dog, and then writes a test that proves it. "
    var changes = Changes()
    changes.events = [
      EventRecord(
        aggregate: key, sequence: Int64(number), type: "session.prompted", at: now, actor: .owner,
        causation: "cmd-\(name)-\(number)",
        payload: ["turn": .string("turn_\(name)-\(number)"), "text": .string(words)])
    ]
    changes.states = [
      StateRow(
        key: key, version: Int64(number),
        index: StateIndex(
          status: number % 2 == 0 ? "idle" : "busy", owner: UserID(trusted: "user_owner"),
          project: ProjectID(trusted: "project_bench"), name: name),
        createdAt: now, updatedAt: now, body: Array("{\"state\":\"\(words)\(words)\(words)\"}".utf8))
    ]
    let effect = { (number: Int) in EffectID(trusted: "effect_\(name)-\(number)") }
    changes.owed = [
      EffectRow(
        id: effect(number), effect: .deliverPrompt(TurnID(trusted: "turn_\(name)-\(number)")), lane: session.rawValue,
        class: .idempotent, subject: "turn_\(name)-\(number)", dueAt: now, createdAt: now)
    ]
    if number > 1 { changes.settled = [effect(number - 1)] }
    changes.answer = StoredAnswer(
      key: CommandKey(actor: .owner, id: "\(name)-\(number)"), digest: "prompt 0123456789abcdef",
      body: Array("{\"turn\":\"turn_\(name)-\(number)\"}".utf8), at: now)
    changes.entries = [
      Entry(
        session: session, seq: Int64(number * 2 - 1), epoch: 1, turn: nil, at: now, body: .user(TextBlock(words))),
      Entry(
        session: session, seq: Int64(number * 2), epoch: 1, turn: nil, at: now,
        body: .agent(TextBlock(words + words))),
    ]
    changes.streams = [session: StreamPosition(last: Int64(number * 2), epoch: 1, applied: Int64(number))]
    return changes
  }
}
