// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Agents that a person adds in a file, on the command line.
@Suite struct CatalogTests {
  /// An installation whose file of agents has this text; it is where nobody has to name it.
  private func installation(_ text: String) throws -> Installation {
    let sam = try Installation()
    try write(text, in: sam)
    return sam
  }

  private func file(in sam: Installation) -> URL { sam.folder.appendingPathComponent(".config/sam/agents.yaml") }

  private func write(_ text: String, in sam: Installation) throws {
    try FileManager.default.createDirectory(
      at: file(in: sam).deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file(in: sam), atomically: true, encoding: .utf8)
  }

  private static func entry(_ word: String) -> String {
    """
    helper:
      title: House Helper
      command: sh
      arguments: [-c, "exec '\(Installation.samd)' demo-agent # \(word)"]
      echoes_prompts: true
      environment: { SAM_DEMO_STATE: state-of-helper }
      usage_limits: ["a limit of use"]
    absent:
      command: not-on-any-path
      install: { uv: absent-agent }
      credentials: [{key: ABSENT_KEY}]
    """
  }

  @Test func anAgentOfTheFileIsDefinedWithAPersonsSettingsAndWorks() async throws {
    let sam = try installation(Self.entry("one"))
    try await sam.makeRemote()
    try await sam.start()
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    let catalog = try await sam.samctl("agent", "catalog")
    #expect(catalog.out.contains("helper") && catalog.out.contains(file(in: sam).path), "\(catalog.all)")
    #expect(catalog.out.contains("built in"), "\(catalog.all)")
    let absent = try await sam.samctl("agent", "catalog", "absent")
    #expect(absent.out.contains("uv tool install absent-agent") && absent.out.contains("ABSENT_KEY"), "\(absent.all)")
    let check = try await sam.samctl("agent", "check", "helper")
    #expect(check.status == 0 && check.out.contains(file(in: sam).path), "\(check.all)")

    let added = try await sam.samctl("agent", "add", "helper", "--approvals", "allow", "--env", "MINE=1")
    #expect(added.status == 0, "\(added.all)")
    let shown = try await sam.json("agent", "show", "helper")
    #expect(shown["command"] as? String == "sh" && shown["echoes_prompts"] as? Bool == true, "\(shown)")
    #expect(shown["environment_names"] as? [String] == ["MINE", "SAM_DEMO_STATE"], "\(shown)")
    let run = try await sam.samctl("run", "Write a note about hello.py", "--agent", "helper")
    #expect(run.status == 0 && run.out.contains("bonjour"), "\(run.all)\n\(sam.log.suffix(3000))")
    #expect(try await sam.pushedBranches().count == 1)
    let missing = try await sam.samctl("agent", "add", "absent")
    #expect(missing.status != 0 && missing.err.contains("uv tool install absent-agent"), "\(missing.all)")
    let unknown = try await sam.samctl("agent", "add", "nobody")
    #expect(unknown.status != 0 && unknown.err.contains("needs a command"), "\(unknown.all)")
    #expect(try await sam.stop() == 0)
  }

  @Test func aChangedFileHoldsFromTheNextStartButForWhatAPersonDefined() async throws {
    let sam = try installation(Self.entry("one"))
    try await sam.start()
    #expect(try await sam.samctl("agent", "show", "helper").out.contains("# one"))
    _ = try await sam.stop()
    try write(Self.entry("two"), in: sam)
    try await sam.start()
    #expect(try await sam.samctl("agent", "show", "helper").out.contains("# two"))
    #expect(try await sam.samctl("agent", "add", "helper", "--mode", "mine").status == 0)
    _ = try await sam.stop()
    try write(Self.entry("three"), in: sam)
    try await sam.start()
    #expect(try await sam.samctl("agent", "show", "helper").out.contains("# two"))
    #expect(try await sam.samctl("agent", "remove", "helper").status == 0)
    _ = try await sam.stop()
    try await sam.start()
    #expect(try await sam.samctl("agent", "show", "helper").out.contains("removed"))
    _ = try await sam.stop()
  }

  @Test func aBrokenFileIsSaidAtTheStartAndChangesNothing() async throws {
    let sam = try installation(Self.entry("one"))
    try await sam.start()
    _ = try await sam.stop()
    try write(Self.entry("one") + "\nbroken:\n  comand: x\n", in: sam)
    let start = try await Shell.run(
      Installation.samd, ["serve", "--data", sam.data.path, "--port", "0"], environment: ["HOME": sam.folder.path])
    #expect(start.status != 0, "\(start.all)")
    #expect(start.err.contains("\(file(in: sam).path):13: broken.comand is no field"), "\(start.all)")
    #expect(start.err.contains("did you mean 'command'?"), "\(start.all)")
    let other = sam.folder.appendingPathComponent("none.yaml").path
    let missing = try await Shell.run(
      Installation.samd, ["serve", "--data", sam.data.path, "--port", "0", "--agents-file", other],
      environment: ["HOME": sam.folder.path])
    #expect(missing.status != 0 && missing.err.contains(other), "a file that was named must be there: \(missing.all)")
    try write(Self.entry("one"), in: sam)
    try await sam.start()
    #expect(try await sam.samctl("agent", "show", "helper").status == 0)
    _ = try await sam.stop()
  }

  @Test func aModelThatAnAgentDoesNotOfferIsSaidBeforeTheFirstPrompt() async throws {
    let sam = try installation("")
    try await sam.start()
    let added = try await sam.samctl(
      "agent", "add", "picky", "--model", "large", "--", Installation.samd, "demo-agent")
    #expect(added.status == 0, "\(added.all)")
    let check = try await sam.samctl("agent", "check", "picky")
    #expect(check.status == 1 && check.all.contains("--model") && check.all.contains("--env"), "\(check.all)")
    _ = try await sam.stop()
  }
}
