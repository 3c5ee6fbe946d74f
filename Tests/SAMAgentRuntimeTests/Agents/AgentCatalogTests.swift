// SPDX-License-Identifier: Apache-2.0
import SAMCore
import Testing

@testable import SAMAgentRuntime

@Suite("The agents that SAM knows")
struct AgentCatalogTests {
  private func folder(_ programs: String...) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    for program in programs { try folder.write(program, "#!/bin/sh\n", mode: 0o755) }
    return folder
  }

  @Test func `the agent's own adapter is taken before ours, and ours where only the program is`() throws {
    let program = try folder("claude", "codex")
    #expect(
      AgentCatalog.claude.launch(path: program.path, samd: "/x/samd")
        == AgentLaunch(
          command: "/x/samd", arguments: ["adapter", "claude-code"], echoesPrompts: true, followsCatalog: true))
    #expect(AgentCatalog.codex.launch(path: program.path, samd: "/x/samd")?.arguments == ["adapter", "codex"])
    let both = try folder("claude", "claude-agent-acp")
    #expect(AgentCatalog.claude.launch(path: both.path, samd: "/x/samd")?.command == "claude-agent-acp")
    #expect(AgentCatalog.vibe.launch(path: both.path, samd: "/x/samd") == nil)
  }

  @Test func `a program that may not be executed counts as absent`() throws {
    let folder = try ScratchFolder()
    try folder.write("gemini", "", mode: 0o644)
    #expect(AgentCatalog.gemini.launch(path: folder.path, samd: "/x/samd") == nil)
  }

  @Test(arguments: AgentCatalog.all) func `every agent can be started, installed, paid for and named`(
    agent: CatalogAgent
  ) {
    #expect(Names.isValid(agent.name))
    #expect(!agent.candidates.isEmpty && !agent.installations.isEmpty && !agent.credentials.isEmpty)
    #expect(agent.advice.contains(agent.title))
    #expect(AgentCatalog.agent(named: agent.name) == agent)
    for candidate in agent.candidates {
      #expect(AgentCatalog.agent(startedBy: "/usr/bin/\(candidate.program)") == agent, "one program is one agent")
    }
  }

  @Test func `a limit of use is known by its words`() {
    func says(_ text: String, _ program: String) -> Bool {
      AgentCatalog.saysUsageLimit(text, startedBy: AgentLaunch(command: program))
    }
    #expect(says("Claude AI Usage Limit Reached|1795498954", "claude-agent-acp"))
    #expect(says("429 RESOURCE_EXHAUSTED", "gemini"))
    #expect(!says("the file has 5 lines", "claude-agent-acp"))
  }
}
