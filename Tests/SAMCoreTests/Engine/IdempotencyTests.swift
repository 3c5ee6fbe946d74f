// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// A client-made id makes a command happen once.
@Suite struct IdempotencyTests {
  @Test("The same command with the same id gets the same answer and changes nothing")
  func again() throws {
    var world = World()
    let (task, session, _) = try world.runningTask()
    let first = try world.perform(SendPrompt(session: session, text: "And then"), id: "k1")
    let events = try world.ledger().count
    let second = try world.perform(SendPrompt(session: session, text: "And then"), id: "k1")
    #expect(second == first)
    #expect(world.last.isEmpty)
    #expect(try world.ledger().count == events)
    try world.perform(CancelTask(task: task))
    #expect(try world.perform(SendPrompt(session: session, text: "And then"), id: "k1") == first, "also much later")
  }

  @Test("Another command with the same id is refused and changes nothing")
  func other() throws {
    var world = World()
    let (task, session, _) = try world.runningTask()
    try world.perform(SendPrompt(session: session, text: "One"), id: "k1")
    let events = try world.ledger().count
    let refused = #expect(throws: Rejection.self) {
      try world.perform(SendPrompt(session: session, text: "Two"), id: "k1")
    }
    #expect(refused?.code == .idReused)
    let alsoRefused = #expect(throws: Rejection.self) { try world.perform(CancelTask(task: task), id: "k1") }
    #expect(alsoRefused?.code == .idReused)
    #expect(try world.ledger().count == events)
  }

  @Test("Two actors may use the same id for their own commands")
  func actors() throws {
    var world = World()
    let (_, session, _) = try world.runningTask()
    let mine = try world.perform(SendPrompt(session: session, text: "One"), id: "k1")
    let other = Actor(kind: .user, id: "user_other")
    let theirs = try world.perform(SendPrompt(session: session, text: "Two"), id: "k1", by: other)
    let agent = Actor(kind: .agent, id: "user_other")
    let agents = try world.perform(SendPrompt(session: session, text: "Three"), id: "k1", by: agent)
    #expect(Set([mine.id, theirs.id, agents.id]).count == 3)
  }

  @Test("A refused command leaves nothing behind, and may be sent again with its id")
  func refused() throws {
    var world = World()
    let (project, profile, _) = try world.furnish()
    let task = try world.perform(CreateTask(project: project, profile: profile, prompt: "Fix"))
    let before = try world.ledger().count
    #expect(throws: Rejection.self) { try world.perform(RetryTask(task: task.id), id: "r") }
    #expect(try world.ledger().count == before)
    try world.perform(CancelTask(task: task.id))
    try world.perform(RetryTask(task: task.id), id: "r")
    #expect(world.violations == [])
  }

  @Test("A task has the id that its sender made, and no second task gets it")
  func ownID() throws {
    var world = World()
    let (project, profile, _) = try world.furnish()
    let id = try #require(TaskID(rawValue: "task_01M86GA1NX5RNV9E6SPSCB3T9S"))
    let mine = CreateTask(project: project, profile: profile, prompt: "Fix", id: id)
    #expect(try world.perform(mine, id: "k1").id == id)
    #expect(try world.perform(mine, id: "k1").id == id, "a retry is answered like the first time")
    let error = #expect(throws: Rejection.self) { try world.perform(mine, id: "k2") }
    #expect(error?.code == .alreadyExists)
    #expect(try world.get(SAMTask.self, id).root == id)
    #expect(world.violations == [])
  }

  @Test("Two requests that differ have different digests")
  func digests() {
    #expect(Digest.hex("a", [1, 2]) == Digest.hex("a", [1, 2]))
    #expect(Digest.hex("a", [1, 2]) != Digest.hex("a", [2, 1]))
    #expect(Digest.hex("a", [1]) != Digest.hex("b", [1]))
    #expect(Digest.hex("a", []) == "a 6c62272e07bb014262b821756295c58d", "FNV-1a of nothing is its offset basis")
    #expect(Digest.hex("", Array("foobar".utf8)) == " 343e1662793c64bf6f0d3597ba446f18", "a published test vector")
  }
}
