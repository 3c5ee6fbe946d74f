// SPDX-License-Identifier: Apache-2.0

// Writes to a store and says "ack NAME" on its standard output for each decision that was acknowledged: a process
// that tests can watch and kill.
//   storage-writer one DIRECTORY COUNT      one decision after the other
//   storage-writer empty DIRECTORY COUNT    decisions that change nothing
//   storage-writer many DIRECTORY COUNT     all decisions at the same time
//   storage-writer endless DIRECTORY NAME   eight writers until somebody kills the process
import Foundation
import SAMCore
import SAMRPC
import SAMStorage

func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

/// A decision that touches every table under one name.
func decision(_ name: String) -> Changes {
  let at = Timestamp(milliseconds: 1)
  let key = AggregateKey(kind: AggregateKind(rawValue: "written"), id: name)
  let session = SessionID(trusted: "session_\(name)")
  var changes = Changes()
  changes.events = [
    EventRecord(aggregate: key, sequence: 1, type: "written.once", at: at, actor: .system, payload: [:])
  ]
  changes.states = [
    StateRow(
      key: key, version: 1, index: StateIndex(status: "new", owner: UserID(trusted: "user_owner"), name: name),
      createdAt: at, updatedAt: at, body: Array("{}".utf8))
  ]
  changes.owed = [
    EffectRow(
      id: EffectID(trusted: "effect_\(name)"), effect: .endSession(session), lane: name, class: .idempotent,
      subject: name, dueAt: at, createdAt: at)
  ]
  changes.claimed = [Claim(name: name, holder: name)]
  changes.answer = StoredAnswer(key: CommandKey(actor: .system, id: name), digest: name, body: [123, 125], at: at)
  changes.entries = (1...3).map { seq in
    Entry(session: session, seq: seq, epoch: 1, turn: nil, at: at, body: .agent(TextBlock("line \(seq)")))
  }
  changes.streams = [session: StreamPosition(last: 3, epoch: 1, applied: 3)]
  return changes
}

let arguments = CommandLine.arguments
guard arguments.count == 4 else {
  say("usage: storage-writer one|empty|many|endless DIRECTORY COUNT|NAME")
  exit(64)
}
let store = try SQLiteStore(directory: arguments[2])
let count = Int(arguments[3]) ?? 0
say("open")
switch arguments[1] {
case "one":
  for index in 0..<count {
    try await store.transact { _ in (decision("one-\(index)"), ()) }
    say("ack one-\(index)")
  }
case "empty":
  for index in 0..<count {
    let facts = try await store.transact { reader in (Changes(), try reader.events(EventQuery()).count) }
    say("ack \(index) \(facts)")
  }
case "many":
  try await withThrowingDiscardingTaskGroup { group in
    for index in 0..<count {
      group.addTask {
        try await store.transact { _ in (decision("many-\(index)"), ()) }
      }
    }
  }
  say("ack many")
default:
  try await withThrowingDiscardingTaskGroup { group in
    for writer in 0..<8 {
      group.addTask {
        for index in 0..<Int.max {
          let name = "\(arguments[3])-\(writer)-\(index)"
          try await store.transact { _ in (decision(name), ()) }
          say("ack \(name)")
        }
      }
    }
  }
}
