// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// What nobody can do is refused with what to do instead, before anything is written down.
@Suite struct RefusalTests {
  /// Prompts with their attachments and choices, and what their refusal says.
  static let wrong: [(String, [PromptAttachment]?, [String: String]?, String)] = [
    ("", nil, nil, "the prompt is empty"), (" \n\t", nil, nil, "the prompt is empty"),
    ("a\0b", nil, nil, "NUL byte"), (String(repeating: "a", count: 1 << 20 | 1), nil, nil, "over 1 MiB"),
    ("Fix", [PromptAttachment(name: "../a", type: nil, data: Base64([1]))], nil, "needs a name"),
    ("Fix", nil, ["": "plan"], "1 to 200 bytes"), ("Fix", nil, ["mode": "a\u{7}"], "no control characters"),
  ]

  @Test("A task that nobody can do is not taken", arguments: wrong)
  func task(_ prompt: String, _ attachments: [PromptAttachment]?, _ chosen: [String: String]?, says: String) throws {
    var world = World()
    let (project, profile, _) = try world.furnish()
    let events = try world.ledger().count
    let refusal = #expect(throws: Rejection.self) {
      try world.perform(
        CreateTask(project: project, profile: profile, prompt: prompt, attachments: attachments, chosen: chosen))
    }
    #expect(refusal?.code == .invalid)
    #expect(refusal?.message.contains(says) == true, "\(refusal?.message ?? "")")
    #expect(try world.ledger().count == events)
  }

  @Test("A prompt that says nothing is not taken", arguments: wrong.filter { $0.2 == nil })
  func prompt(_ text: String, _ attachments: [PromptAttachment]?, _: [String: String]?, says: String) throws {
    var world = World()
    let session = try world.runningTask().session
    let events = try world.ledger().count
    let refusal = #expect(throws: Rejection.self) {
      try world.perform(SendPrompt(session: session, text: text, attachments: attachments))
    }
    #expect(refusal?.code == .invalid)
    #expect(refusal?.message.contains(says) == true, "\(refusal?.message ?? "")")
    #expect(try world.ledger().count == events)
  }
}
