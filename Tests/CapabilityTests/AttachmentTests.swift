// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Pictures, files and links that are sent along with a prompt, from the command line to the agent.
@Suite struct AttachmentTests {
  /// An installation with a project, and an agent `plain` that takes nothing but text and links.
  private func installation(_ environment: [String: String] = [:]) async throws -> Installation {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start(environment: environment)
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    let plain = try await sam.samctl("agent", "add", "plain", "--", Installation.samd, "demo-agent", "--plain")
    #expect(plain.status == 0, "\(plain.all)")
    return sam
  }

  /// Writes a file and returns its path.
  private func file(_ name: String, _ bytes: [UInt8], in sam: Installation) throws -> String {
    let file = sam.folder.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// The digest that the demo agent says, made apart from it.
  private func digest(_ bytes: [UInt8]) -> String {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    return String(hash, radix: 16)
  }

  private func session(_ sam: Installation) async throws -> String {
    try #require(try await sam.list("session", "list").first?["id"] as? String)
  }

  private let picture = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + (0..<70_000).map { UInt8($0 % 251) }
  private let text = Array("# A page\nwith an é\n".utf8)
  private let binary: [UInt8] = [0, 255, 254, 0, 10, 13]

  @Test func everyByteArrivesAndTheConversationShowsWhatWasSent() async throws {
    let sam = try await installation()
    let (shot, page, data) = (
      try file("a shot.png", picture, in: sam), try file("page.md", text, in: sam),
      try file("data.bin", binary, in: sam)
    )
    let run = try await sam.samctl(
      "run", "What is this? [[demo attachments no-edit]]", "--agent", "demo", "--file", shot, "--file", page, "--file",
      data, "--link", "https://example.org/spec?v=1")
    #expect(run.status == 0, "\(run.all)\n\(sam.log.suffix(2000))")
    #expect(run.out.contains("I got image - image/png \(picture.count) bytes \(digest(picture))."), "\(run.out)")
    #expect(
      run.out.contains("I got text attachment:///page.md text/markdown \(text.count) bytes \(digest(text))."),
      "\(run.out)")
    #expect(
      run.out.contains("I got file data.bin application/octet-stream \(binary.count) bytes \(digest(binary))."),
      "\(run.out)")
    #expect(run.out.contains("I got link https://example.org/spec?v=1 - without content."), "\(run.out)")
    #expect(run.out.contains("the agent gets 'data.bin' as a file beside its workspace"), "\(run.out)")
    #expect(run.out.contains("> [with a shot.png (image/png, 68.4 KiB)]"), "\(run.out)")

    let session = try await session(sam)
    #expect(try await sam.samctl("session", "show", session).out.contains("[with a shot.png"))
    let task = try #require(try await sam.list("task", "list").first?["id"] as? String)
    #expect(try await sam.samctl("task", "show", task).out.contains("spec (https://example.org/spec?v=1)"))
    let said = try #require(try await sam.entries(of: session).first { $0["type"] as? String == "user" })
    let shown = try #require(said["attachments"] as? [[String: Any]])
    #expect(shown.map { $0["name"] as? String } == ["a shot.png", "page.md", "data.bin", "spec"])
    #expect(shown.first?["size"] as? Int == picture.count && shown.first?["type"] as? String == "image/png")
    #expect("\(said)".utf8.count < 2000, "the transcript does not hold the content")
    #expect(try await sam.pushedBranches().isEmpty, "what came with a prompt is not committed")

    // It can be said later too.
    let again = try await sam.samctl(
      "session", "say", session, "And this? [[demo attachments no-edit]]", "--file", page, "--attach")
    #expect(again.status == 0 && again.out.contains("I got text attachment:///page.md"), "\(again.all)")
    #expect(!again.out.contains("I got image"))
    _ = try await sam.stop()
  }

  @Test func asMuchAsMayBeSentArrives() async throws {
    let sam = try await installation()
    let large = picture + [UInt8](repeating: 200, count: (5 << 20) - picture.count)
    let rest = [UInt8](repeating: 0, count: 1 << 20)
    let (shot, data) = (try file("shot.png", large, in: sam), try file("data.bin", rest, in: sam))
    let run = try await sam.samctl(
      "run", "Look [[demo attachments no-edit]]", "--agent", "demo", "--file", shot, "--file", data, timeout: 240)
    #expect(run.status == 0, "\(run.all.suffix(2000))\n\(sam.log.suffix(2000))")
    #expect(run.out.contains("I got image - image/png \(large.count) bytes \(digest(large))."), "\(run.out)")
    #expect(run.out.contains("\(rest.count) bytes \(digest(rest))."), "\(run.out)")
    _ = try await sam.stop()
  }

  @Test func anAgentThatTakesOnlyTextGetsFilesThatItMayReadAndTheConversationSaysSo() async throws {
    let sam = try await installation()
    let (shot, page) = (try file("shot.png", picture, in: sam), try file("page.txt", text, in: sam))
    let run = try await sam.samctl(
      "run", "Look [[demo attachments no-edit]]", "--agent", "plain", "--file", shot, "--file", page)
    #expect(run.status == 0, "\(run.all)\n\(sam.log.suffix(2000))")
    #expect(run.out.contains("I got file shot.png image/png \(picture.count) bytes \(digest(picture))."), "\(run.out)")
    #expect(run.out.contains("I got file page.txt text/plain \(text.count) bytes \(digest(text))."), "\(run.out)")
    #expect(run.out.contains("'shot.png'") && run.out.contains("the agent takes no pictures"), "\(run.out)")
    #expect(run.out.contains("'page.txt'") && run.out.contains("takes no files in a prompt"), "\(run.out)")
    #expect(try await sam.pushedBranches().isEmpty)
    _ = try await sam.stop()
  }

  @Test func whatCannotBeSentIsRefusedBeforeAnythingBegins() async throws {
    let sam = try await installation()
    let large = try file("large.png", [UInt8](repeating: 1, count: (5 << 20) + 1), in: sam)
    let half = try file("half.png", [UInt8](repeating: 1, count: 4 << 20), in: sam)
    let empty = try file("empty.txt", [], in: sam)
    let cases: [([String], String)] = [
      (["--file", large], "at most 5 MiB"), (["--file", half, "--file", half], "6 MiB"),
      (["--file", "\(sam.folder.path)/nowhere.png"], "There is no file"),
      (["--file", sam.folder.path], "no plain file"),
      (["--file", empty], "empty"), (["--link", "example.org"], "URI"),
    ]
    for (options, saying) in cases {
      let run = try await sam.samctl(["run", "Look", "--agent", "demo"] + options)
      #expect(run.status == 2 && run.err.contains(saying), "\(options): \(run.status) \(run.all)")
    }
    #expect(try await sam.list("task", "list").isEmpty)

    // The API refuses it by itself.
    let body = #"{"project":"sample","agent":"demo","prompt":"Look","attachments":[{"name":"a","data":"no base64!"}]}"#
    let (status, answer) = try await post("tasks", body, key: "bad", to: sam)
    #expect(status == "400" && answer.contains("attachments") && answer.contains("data"), "\(status) \(answer)")
    let other = #"{"project":"sample","agent":"demo","prompt":"Look","attachments":[{"name":"a"}]}"#
    let (refused, why) = try await post("tasks", other, key: "bad2", to: sam)
    #expect(refused == "422" && why.contains("neither 'data' nor 'uri'"), "\(refused) \(why)")
    #expect(try await sam.list("task", "list").isEmpty)
    _ = try await sam.stop()
  }

  @Test func theSameRequestSentTwiceIsOnePromptAndWithAnotherAttachmentItIsRefused() async throws {
    let sam = try await installation()
    _ = try await sam.samctl("run", "Begin [[demo no-edit]]", "--agent", "demo")
    let session = try await session(sam)
    func body(_ data: String) -> String {
      #"{"text":"Look [[demo attachments no-edit]]","attachments":[{"name":"a.txt","type":"text/plain","data":"\#(data)"}]}"#
    }
    let path = "sessions/\(session)/prompts"
    let first = try await post(path, body("YQ=="), key: "once", to: sam)
    #expect(first.0 == "202", "\(first)")
    #expect(try await post(path, body("YQ=="), key: "once", to: sam) == first)
    let other = try await post(path, body("Yg=="), key: "once", to: sam)
    #expect(other.0 == "422" && other.1.contains("idempotency_key_reused"), "\(other)")
    try await sam.waitForTurn(in: session, ["finished"])
    #expect(try await sam.turns(of: session).count == 2)
    let said = try await sam.entries(of: session).compactMap { $0["text"] as? String }.joined()
    #expect(said.contains("I got text attachment:///a.txt text/plain 1 bytes \(digest([97]))."), "\(said)")
    _ = try await sam.stop()
  }

  @Test(arguments: ["before-received", "after-received", "before-handing"])
  func whatWasAcceptedArrivesAlsoWhenSAMDiesBeforeTheAgentHasIt(place: String) async throws {
    let sam = try await installation(["SAM_FAILPOINT": place])
    let shot = try file("shot.png", picture, in: sam)
    _ = try await sam.samctl("run", "Look [[demo attachments no-edit]]", "--agent", "demo", "--file", shot, "--detach")
    try await sam.waitForEnd()
    try await sam.start()
    let session = try await session(sam)
    try await sam.waitForTurn(in: session, ["finished"])
    let said = try await sam.entries(of: session).compactMap { $0["text"] as? String }.joined()
    #expect(said.contains("I got image - image/png \(picture.count) bytes \(digest(picture))."), "\(said)")
    #expect(said.ranges(of: "I got image").count == 1)
    _ = try await sam.stop()
  }

  /// POSTs to the API through curl: another client than ours.
  private func post(_ path: String, _ body: String, key: String, to sam: Installation) async throws -> (String, String)
  {
    let result = try await Shell.run(
      "curl",
      [
        "-sS", "-w", "\n%{http_code}", "-H", "Authorization: Bearer \(try sam.token)", "-H", "Idempotency-Key: \(key)",
        "-H", "Content-Type: application/json", "-d", body, "\(try sam.endpoint)/api/v1/\(path)",
      ])
    let lines = result.out.split(separator: "\n")
    return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
  }
}
