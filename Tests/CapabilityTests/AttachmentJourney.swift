// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

extension Journeys {
  /// A picture of one pixel.
  private static let pixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

  /// The model sees the picture, and reads the text of the file and where the other one lies, which the agent can read.
  func showsItsModelWhatCameWithAPrompt() async throws {
    let (sam, model) = try await agent.ready()
    let shot = sam.folder.appendingPathComponent("shot.png")
    try #require(Data(base64Encoded: Self.pixel)).write(to: shot)
    let page = sam.folder.appendingPathComponent("page.md")
    try "The osprey nests on the crane.\n".write(to: page, atomically: true, encoding: .utf8)
    let data = sam.folder.appendingPathComponent("data.bin")
    try Data([0, 255, 1]).write(to: data)
    let run = try await sam.samctl(
      "run", "What is this? [[scenario chat]]", "--agent", agent.name, "--file", shot.path, "--file", page.path,
      "--file", data.path, timeout: 120)
    #expect(run.status == 0, "\(run.all.suffix(3000))\n\(sam.log.suffix(3000))")
    let asked = try #require(try model.conversations().last { "\($0)".contains("What is this?") })
    let texts = ScriptedServer.texts(asked)
    #expect(texts.contains { $0.contains("The osprey nests on the crane.") }, "\(texts.map { $0.prefix(200) })")
    #expect(texts.contains { $0.contains("/attachments/turn_") && $0.contains("data.bin") })
    let picture = texts.contains { $0 == Self.pixel || $0 == "data:image/png;base64,\(Self.pixel)" }
    #expect(picture, "\(texts.filter { $0.contains("iVBOR") || $0.contains("base64") }.map { $0.prefix(200) })")
    let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
    // The conversation goes on, also with another process, which replays what was said.
    try await sam.killAgents()
    let again = try await sam.samctl("session", "say", session, "And now? [[scenario chat]]", "--attach", timeout: 120)
    #expect(again.status == 0, "\(again.all.suffix(3000))")
    _ = try await sam.stop()
  }
}
