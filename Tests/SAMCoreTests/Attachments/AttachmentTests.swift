// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// What is sent along with a prompt is kept with it, and refused when it is more than may be sent.
@Suite struct AttachmentTests {
  private let shot = PromptAttachment(name: "shot.png", type: "image/png", data: Base64([1, 2, 3, 255]))
  private let spec = PromptAttachment(name: "spec", uri: "https://example.org/spec")

  private func file(_ name: String = "a", bytes: Int) -> PromptAttachment {
    PromptAttachment(name: name, data: Base64([UInt8](repeating: 7, count: bytes)))
  }

  /// What goes to the machine with a turn's prompt.
  private func delivered(_ turn: TurnID, in world: World) throws -> [PromptAttachment]? {
    let row = try #require(try world.effects().first { $0.effect == .deliverPrompt(turn) })
    guard case .ask(_, .deliver(let delivery)) = try world.read({ try EffectOrder.of(row, in: $0) }) else { return nil }
    return delivery.attachments
  }

  @Test("It reaches the machine with the prompt; the turn and the transcript say what it is and do not hold it")
  func delivered() throws {
    var world = World()
    let (_, session, turn) = try world.runningTask()
    try world.report(session, turn, .ended(.finished(stopReason: "end_turn")))
    let next = try world.perform(SendPrompt(session: session, text: "Look", attachments: [shot, spec]))
    #expect(try delivered(next.id, in: world) == [shot, spec])
    #expect(next.attachments?.map(\.name) == ["shot.png", "spec"] && next.attachments?.map(\.size) == [4, nil])
    let said = try #require(
      try world.entries(session).compactMap { entry -> TextBlock? in
        if case .user(let block) = entry.body { block } else { nil }
      }.last)
    #expect(said == TextBlock("Look", attachments: next.attachments))
    #expect(world.violations == [])
  }

  @Test("A task has it in its first turn, in that of another attempt, and in the one that goes on after a limit of use")
  func kept() throws {
    var world = World()
    let (project, profile, _) = try world.furnish()
    let task = try world.perform(
      CreateTask(project: project, profile: profile, prompt: "Fix", attachments: [shot])
    ).id
    let (_, session, turn) = try world.start(task)
    #expect(try world.get(SAMTask.self, task).attachments?.first?.name == "shot.png")
    try world.report(session, turn, .ended(.limited(reason: "used up", until: world.now + .seconds(60))))
    try world.expire(.quota(QuotaID(of: world.get(Session.self, session))))
    let again = try #require(try world.get(Session.self, session).active)
    #expect(try delivered(again, in: world) == [shot])
    try world.perform(CancelTask(task: task))
    try world.report(session, again, .ended(.finished(stopReason: "cancelled")))
    try world.perform(RetryTask(task: task))
    let retried = try #require(try world.get(SAMTask.self, task).session)
    try world.settle(.prepared(baseCommit: "c0ffee")) { if case .prepareWorkspace = $0 { true } else { false } }
    #expect(try delivered(#require(try world.get(Session.self, retried).active), in: world) == [shot])
    #expect(try world.all(Attachment.self).count == 1, "it is kept once")
    #expect(world.violations == [])
  }

  @Test("The same prompt with another attachment is another request")
  func identity() throws {
    var world = World()
    let (_, session, _) = try world.runningTask()
    let sent = SendPrompt(session: session, text: "Look", attachments: [shot])
    let first = try world.perform(sent, id: "k")
    #expect(try world.perform(sent, id: "k") == first)
    #expect(try world.all(Attachment.self).count == 1)
    var other = sent
    other.attachments = [PromptAttachment(name: "shot.png", type: "image/png", data: Base64([1, 2, 3, 254]))]
    let refused = #expect(throws: Rejection.self) { try world.perform(other, id: "k") }
    #expect(refused?.code == .idReused)
    other.attachments = nil
    #expect(throws: Rejection.self) { try world.perform(other, id: "k") }
  }

  @Test(
    "What may not be sent along is refused with the limit and what to do",
    arguments: [
      ([PromptAttachment(name: "a", data: nil)], "neither 'data' nor 'uri'"),
      ([PromptAttachment(name: "a/b", uri: "x:y")], "'/'"), ([PromptAttachment(name: "..", uri: "x:y")], "'..'"),
      ([PromptAttachment(name: "a\u{1B}", uri: "x:y")], "control"), ([PromptAttachment(name: "", uri: "x:y")], "name"),
      ([PromptAttachment(name: "a", uri: "no scheme")], "URI"), ([PromptAttachment(name: "a", uri: "/a/b")], "URI"),
      ([PromptAttachment(name: "a", type: "png", uri: "x:y")], "media type"),
      ([PromptAttachment(name: "a", data: Base64([]))], "empty"),
      ([PromptAttachment](repeating: PromptAttachment(name: "a", uri: "x:y"), count: 17), "at most 16"),
    ])
  func refused(attachments: [PromptAttachment], saying: String) throws {
    let error = #expect(throws: Rejection.self) { try PromptAttachment.check(attachments) }
    #expect(error?.code == .invalid && error?.message.contains(saying) == true, "\(error?.message ?? "")")
  }

  @Test("Sizes are refused just above the limits, alone and together")
  func sizes() throws {
    let limit = PromptAttachment.limit
    try PromptAttachment.check([file(bytes: limit), file(bytes: PromptAttachment.totalLimit - limit)])
    let one = #expect(throws: Rejection.self) { try PromptAttachment.check([file(bytes: limit + 1)]) }
    #expect(one?.message.contains("5 MiB") == true && one?.message.contains("repository") == true)
    let both = [file(bytes: limit), file(bytes: PromptAttachment.totalLimit - limit + 1)]
    let together = #expect(throws: Rejection.self) { try PromptAttachment.check(both) }
    #expect(together?.message.contains("6 MiB") == true && together?.message.contains("another prompt") == true)
  }

  @Test("A refused prompt leaves nothing behind, not even the attachments that were good")
  func nothingLeft() throws {
    var world = World()
    let (_, session, _) = try world.runningTask()
    #expect(throws: Rejection.self) {
      try world.perform(SendPrompt(session: session, text: "Look", attachments: [shot, PromptAttachment(name: "x")]))
    }
    #expect(try world.all(Attachment.self).isEmpty)
  }

  @Test("Base64 knows its size without being decoded, and takes nothing else", arguments: 0..<9)
  func base64(count: Int) throws {
    let bytes = (0..<count).map { UInt8($0 * 31) }
    let value = Base64(bytes)
    #expect(value.count == count && value.bytes == bytes)
    #expect(try StateCoding.decode(Base64.self, from: StateCoding.encode(value)) == value)
    #expect(Base64(encoded: "not base64") == nil && Base64(encoded: "YQ") == nil)
  }
}
