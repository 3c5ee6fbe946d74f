// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// Somebody who uses SAM: says things, says them again, changes their mind, answers twice, watches.
struct Person: Sendable {
  let name: String
  let plane: ControlPlane
  let run: ExecutorRun
  let sessions: [SessionID]

  /// Says a few things and waits until each has come to its end.
  func work() async throws {
    for number in 0..<(1 + run.draw(3)) {
      try await run.pause(upTo: 1500)
      let session = sessions[run.draw(sessions.count)]
      let id = "\(name)-\(number)"
      guard let turn = try await say("words of \(id)", in: session, id: id) else { continue }
      if run.oneIn(3) { try await cancel(turn, id: "\(id)-cancel") }
      if run.oneIn(2) { try await run.waiting(for: "\(id) = \(turn)") { try await see(turn, in: session) } }
      if run.oneIn(3) { try await sayAgain(turn, in: session, id: id) }
    }
  }

  /// - Returns: the turn; nil when the session takes no more.
  private func say(_ text: String, in session: SessionID, id: String) async throws -> TurnID? {
    let command = SendPrompt(session: session, text: text)
    do {
      // Twice at the same time, now and then: one of them must be told what the other was.
      guard run.oneIn(2) else { return try await plane.perform(command, id: id).id }
      async let twin = plane.perform(command, id: id)
      let (first, second) = (try await plane.perform(command, id: id), try await twin)
      if first.id != second.id { plane.faults.violate("\(id) became \(first.id) and \(second.id)") }
      return first.id
    } catch let error as Rejection {
      run.note("\(id): \(error)")
      return nil
    }
  }

  private func sayAgain(_ turn: TurnID, in session: SessionID, id: String) async throws {
    let again = try await say("words of \(id)", in: session, id: id)
    if again != turn { plane.faults.violate("\(id) was \(turn), later \(again.map(\.rawValue) ?? "refused")") }
    do {
      _ = try await plane.perform(SendPrompt(session: session, text: "other words"), id: id)
      plane.faults.violate("\(id) was used for other words")
    } catch let error as Rejection {
      if error.code != .idReused { plane.faults.violate("\(id) for other words: \(error)") }
    }
  }

  private func cancel(_ turn: TurnID, id: String) async throws {
    try await run.pause(upTo: 300)
    do { _ = try await plane.perform(CancelTurn(turn: turn), id: id) } catch let error as Rejection {
      if error.code != .wrongState { plane.faults.violate("\(id): \(error)") }
    }
  }

  /// Watches until a turn is over, from the beginning of its session.
  private func see(_ turn: TurnID, in session: SessionID) async throws {
    let viewer = Viewer(session: session, plane: plane, run: run)
    try await viewer.watch { $0.turn == turn && $0.body.isEndOfTurn }
  }

  /// Answers whatever is asked in a session, twice at once and not always the same.
  func decide(in session: SessionID) async throws {
    let viewer = Viewer(session: session, plane: plane, run: run)
    while true {
      let asked = Mutex<ApprovalID?>(nil)
      try await viewer.watch { entry in
        guard case .approval(let note) = entry.body, note.state == .asked else { return false }
        asked.withLock { $0 = note.approval }
        return true
      }
      guard let approval = asked.withLock({ $0 }) else { return }
      async let first = answer(approval, "yes")
      async let second = answer(approval, "no")
      let taken = try await [first, second].count { $0 }
      if taken > 1 { plane.faults.violate("\(approval) was answered twice") }
    }
  }

  private func answer(_ approval: ApprovalID, _ option: String) async throws -> Bool {
    do {
      try await run.pause(upTo: 200)
      let command = AnswerApproval(approval: approval, option: option)
      _ = try await plane.perform(command, id: "\(name)-\(approval)-\(option)")
      return true
    } catch let error as Rejection {
      if error.code != .alreadyAnswered { plane.faults.violate("answer to \(approval): \(error)") }
      return false
    }
  }
}

extension EntryBody {
  /// Whether a turn is over with this.
  var isEndOfTurn: Bool { if case .turn(let note) = self { Turn.table.isFinal(note.state) } else { false } }
}
