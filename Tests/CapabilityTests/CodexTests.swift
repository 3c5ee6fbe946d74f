// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Codex, the real program, through SAM's own adapter. Only its model is scripted.
///
/// One after the other: a real agent needs a second of a whole core to start.
@Suite(.serialized, .enabled(if: RealAgent.codex.isInstalled, "\(RealAgent.codex.skip)")) struct CodexTests {
  private let journeys = Journeys(agent: .codex)

  @Test func editsWithAnApprovalAndTheWorkArrivesAsABranch() async throws { try await journeys.editsWithAnApproval() }

  @Test func aRefusedEditIsOnNoBranch() async throws { try await journeys.aRefusedEditIsOnNoBranch() }

  @Test func runsACommandAndShowsItsOutput() async throws { try await journeys.runsACommandAndShowsItsOutput() }

  @Test func cancelWhileTheModelIsSilentEndsTheTurnAndAFollowUpWorks() async throws {
    try await journeys.cancelsWhileTheModelIsSilent()
  }

  @Test func goesOnAfterTheAgentWasKilled() async throws {
    try await journeys.remembersAfter { try await $0.killAgents() }
  }

  @Test func goesOnAfterTheDaemonWasKilled() async throws {
    try await journeys.remembersAfter { try await $0.crashAndStart() }
  }

  @Test func goesOnAfterTheDaemonWasKilledInATurn() async throws {
    try await journeys.goesOnAfterAKillOfTheDaemonInATurn()
  }

  @Test func showsItsModelThePictureAndTheTextThatCameWithAPrompt() async throws {
    try await journeys.showsItsModelWhatCameWithAPrompt()
  }

  @Test func asksNobodyOnceItIsSetToAlsoAfterTheAgentWasKilled() async throws {
    try await journeys.asksNobodyFromTheNextPromptOn(in: "full-access") { try await $0.killAgents() }
  }

  @Test func asksNobodyOnceItIsSetToAlsoAfterTheDaemonWasKilled() async throws {
    try await journeys.asksNobodyFromTheNextPromptOn(in: "full-access") { try await $0.crashAndStart() }
  }

  @Test func asksNobodyOnceARunningAgentIsSetTo() async throws {
    try await journeys.asksNobodyFromTheNextPromptOn(in: "full-access") { _ in }
  }

  @Test func worksWithTheModelAndTheEffortThatAreSet() async throws {
    try await journeys.worksWithTheModelThatIsSet("gpt-6-astra", effort: "high")
  }

  @Test func checkSaysWhatItCanDo() async throws { try await journeys.checkSaysWhatItCanDo() }

  @Test(arguments: Journeys.Transport.allCases)
  func usesAToolOfAnMCPServerOfItsDefinition(over transport: Journeys.Transport) async throws {
    try await journeys.usesAToolOfAnMCPServer(over: transport)
  }

  /// What an MCP server asks the person comes through Codex, and the answer goes back to the server.
  @Test(arguments: [
    ("question", ["allow", "--value", "colour=Blue", "--value", "count=3"], #""colour": "blue", "count": 3"#),
    ("question", ["reject"], #""action": "decline""#),
    ("page", ["allow"], #""action": "accept""#),
  ])
  func asksThePersonForAnMCPServer(scenario: String, answer: [String], heard: String) async throws {
    let (sam, model) = try await RealAgent.codex.ready()
    let mcp = try await ScriptedServer.mcp(in: sam.folder, token: "of-this-test", listens: false)
    _ = try await sam.samctl("secret", "set", "mcp-key", input: "Bearer of-this-test\n")
    try await RealAgent.codex.define(
      in: sam, model: model,
      options: ["--mcp-stdio", "orchestrator=\(mcp.command)", "--mcp-env", "orchestrator:MCP_AUTHORIZATION=mcp-key"])
    let prompt = "Ask me. \(RealAgent.codex.scenario(scenario))"
    _ = try await sam.samctl("run", prompt, "--agent", RealAgent.codex.name, "--detach")
    // The call of the tool is asked about first, then the tool asks.
    let call = try await sam.openApproval()
    #expect(try await sam.samctl("approval", "answer", call, "allow").status == 0)
    let open = try await sam.openApproval()
    let shown = try await sam.samctl("approval", "show", open)
    #expect(shown.out.contains("orchestrator asks: "), "\(shown.all)")
    let expected = scenario == "page" ? "https://example.com/form" : "one of 'red', 'blue'"
    #expect(shown.out.contains(expected), "\(shown.all)")
    let answered = try await sam.samctl(["approval", "answer", open] + answer)
    #expect(answered.status == 0, "\(answered.all)")
    try await sam.waitForTurn(in: try await sam.onlySession(), ["finished"])
    let last = try #require(try model.conversations().last)
    let told = ScriptedServer.texts(last).filter { $0.contains("heard: ") }
    #expect(told.contains { $0.contains(heard) }, "\(told)")
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  /// No key is in its environment: it finds its login and its configuration in a home folder of its own, also when it is
  /// started again.
  @Test func worksWithALoginAndAConfigurationThatAreGivenAsFiles() async throws {
    let (sam, model) = try await RealAgent.codex.ready()
    let key = "sk-heron-0123456789abcdef0123"
    let set = try await sam.samctl("secret", "set", "codex-login", input: #"{"OPENAI_API_KEY": "\#(key)"}"#)
    #expect(set.status == 0, "\(set.all)")
    let template = Installation.project.appendingPathComponent("Tools/codex-config.toml")
    let configuration = sam.folder.appendingPathComponent("codex.toml")
    try String(contentsOf: template, encoding: .utf8).replacingOccurrences(of: "@PORT@", with: "\(model.port)")
      .replacingOccurrences(of: #"env_key = "SCRIPTED_API_KEY""#, with: "requires_openai_auth = true")
      .write(to: configuration, atomically: true, encoding: .utf8)
    let added = try await sam.samctl(
      [
        "agent", "add", "codex", "--echoes-prompts", "--auth-file", ".codex/auth.json=codex-login", "--config-file",
        ".codex/config.toml=\(configuration.path)", "--",
      ] + RealAgent.codex.command)
    #expect(added.status == 0, "\(added.all)")
    let check = try await sam.samctl("agent", "check", "codex")
    #expect(check.status == 0, "\(check.all)")
    let run = try await sam.samctl("run", "Remember the heron. [[scenario chat]]", "--agent", "codex", timeout: 120)
    #expect(run.status == 0, "\(run.all)\n\(sam.log.suffix(3000))")
    try await sam.killAgents()
    let session = try await sam.onlySession()
    let again = try await sam.samctl(
      "session", "say", session, "What was it? [[scenario chat]]", "--attach", timeout: 120)
    #expect(again.status == 0, "\(again.all)")
    let asked = try model.requests().filter { $0["scenario"] as? String == "chat" }
    let keys = asked.compactMap {
      ($0["headers"] as? [String: String])?.first { $0.key.lowercased() == "authorization" }
    }
    #expect(keys.count >= 2 && keys.allSatisfy { $0.value == "Bearer \(key)" }, "\(keys)")
    let last = try #require(asked.last?["body"])
    #expect(ScriptedServer.texts(last).contains { $0.contains("the heron") }, "the conversation went on")
    #expect(!FileManager.default.fileExists(atPath: sam.folder.appendingPathComponent(".codex").path))
    #expect(!sam.log.contains(key))
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  @Test func worksWithTheModelAndTheEffortOfItsDefinition() async throws {
    try await journeys.worksWithTheModel("gpt-6-astra", effort: "high")
  }

  @Test func waitsForTheEndOfALimitOfUse() async throws { try await journeys.waitsForTheEndOfALimitOfUse() }
}
