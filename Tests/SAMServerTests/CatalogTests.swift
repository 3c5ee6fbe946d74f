// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import SAMServer
import Testing

@Suite(.timeLimit(.minutes(3))) struct CatalogTests {
  private static func offer(_ name: String, _ launch: AgentLaunch?) -> OfferedAgent {
    OfferedAgent(
      view: CatalogAgentView(
        name: name, title: name, source: "built in", command: launch.map { [$0.command] }, advice: "Install \(name).",
        credentials: [], mcp: "conversation", usageLimits: []),
      launch: launch)
  }

  @Test("An agent is defined by its name alone, with what the body says on top")
  func define() async throws {
    let known = AgentLaunch(
      command: "known", arguments: ["--acp"], environment: ["A": "1", "KEY": "none"], echoesPrompts: true, mode: "ask",
      usageLimits: ["used up"], followsCatalog: true)
    let configuration = ServerConfiguration(catalog: [Self.offer("known", known), Self.offer("absent", nil)])
    try await TestServer.run(configuration: configuration) { server in
      let catalog: Page<CatalogAgentView> = try await server.get("/catalog").value()
      #expect(catalog.items.map(\.name) == ["known", "absent"])
      let answer = try await server.call(
        "PUT", "/api/v1/agents/known", ["mode": "plan", "secrets": ["KEY": "mine"]])
      let agent: AgentView = try answer.value()
      #expect(agent.command == "known" && agent.arguments == ["--acp"] && agent.mode == "plan" && agent.echoesPrompts)
      #expect(agent.environmentNames == ["A"] && agent.secretNames == ["mine"])
      #expect(agent.followsCatalog == nil, "what a person defined stays as it is")
      let profile = try await server.orchestrator.store.list(Profile.self, StateQuery(Profile.kind)).first
      #expect(profile?.launch.usageLimits == ["used up"])
      let plain: AgentView = try await server.call("PUT", "/api/v1/agents/known", ["approvals": "allow"]).value()
      #expect(plain.followsCatalog == true && plain.mode == "ask" && plain.approvals == "allow")
      for (name, words) in [("absent", "Install absent."), ("nobody", "needs a command")] {
        let refused = try await server.call("PUT", "/api/v1/agents/\(name)", [:])
        #expect(refused.code == "invalid" && refused.json["detail"]?.stringValue?.contains(words) == true)
      }
    }
  }
}
