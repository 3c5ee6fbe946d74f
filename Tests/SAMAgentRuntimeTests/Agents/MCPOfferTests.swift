// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMCore
import SAMRPC
import Testing

@testable import SAMAgentRuntime

@Suite("The servers of tools that an agent is given")
struct MCPOfferTests {
  private let http = MCPServer(
    name: "tracker", transport: .http(url: "https://a.example/mcp"), values: ["Authorization": "Bearer x"])
  private let stdio = MCPServer(
    name: "files", transport: .stdio(command: "/bin/files", arguments: ["--root", "/"]), values: ["KEY": "x"])

  private func launch(_ command: String) -> AgentLaunch { AgentLaunch(command: command, mcpServers: [http, stdio]) }

  @Test func `an agent that reaches HTTP gets all of them with the conversation`() {
    let offer = MCPOffer(launch("some-agent"), .init(http: true))
    #expect(
      offer.servers == [
        .http(
          .init(
            name: "tracker", url: "https://a.example/mcp", headers: [.init(name: "Authorization", value: "Bearer x")])),
        .stdio(
          .init(name: "files", command: "/bin/files", args: ["--root", "/"], env: [.init(name: "KEY", value: "x")])),
      ])
    #expect(offer.lacks.isEmpty)
    #expect(MCPOffer.environment(launch("some-agent")).isEmpty)
  }

  @Test func `one that does not say so gets those on standard streams, and the rest is said`() {
    let offer = MCPOffer(launch("some-agent"), .init())
    #expect(offer.servers.count == 1)
    #expect(offer.lacks.count == 1 && offer.lacks[0].contains("'tracker'") && offer.lacks[0].contains("--mcp-stdio"))
  }

  @Test func `Vibe gets them in its environment, whatever it says`() throws {
    let offer = MCPOffer(launch("/opt/vibe/bin/vibe-acp"), .init(http: true))
    #expect(offer.servers.isEmpty && offer.lacks.isEmpty)
    let variable = try #require(MCPOffer.environment(launch("vibe-acp"))["VIBE_MCP_SERVERS"])
    let expected: JSONValue = [
      [
        "name": "tracker", "transport": "streamable-http", "url": "https://a.example/mcp",
        "headers": ["Authorization": "Bearer x"],
      ],
      [
        "name": "files", "transport": "stdio", "command": "/bin/files", "args": ["--root", "/"], "env": ["KEY": "x"],
      ],
    ]
    #expect(try JSONValue(parsing: variable) == expected)
    #expect(MCPOffer.environment(AgentLaunch(command: "vibe-acp")).isEmpty)
  }

  @Test func `what its definition says comes before what SAM knows of its program`() {
    var launch = launch("vibe-acp")
    launch.mcp = .conversation
    #expect(MCPOffer(launch, .init(http: true)).servers.count == 2)
    #expect(MCPOffer.environment(launch).isEmpty)
    launch.mcp = .variable("MINE")
    #expect(MCPOffer(launch, .init(http: true)).servers.isEmpty)
    #expect(MCPOffer.environment(launch).keys.sorted() == ["MINE"])
  }

  @Test func `one that takes none gets none, and each is said`() {
    let offer = MCPOffer(launch("acp-amp"), .init(http: true))
    #expect(offer.servers.isEmpty && offer.lacks.count == 2)
  }
}
