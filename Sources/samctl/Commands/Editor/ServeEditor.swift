// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMRPC

/// `samctl acp`
struct ServeEditor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acp",
    abstract: "Be an agent for an editor: it speaks the Agent Client Protocol on standard input and output.",
    discussion: """
      An editor starts it, as any other ACP agent. Each of its sessions is a task of SAM's: an agent works on it in a clone \
      of its own on SAM's machine, the editor shows what it says and asks your permission, and its work is pushed as a \
      branch. Closing the editor ends nothing; the session can be loaded again, there or in another editor.

      The project is the one whose repository the editor's folder is a checkout of, by its git remotes, or --project. In \
      Zed's settings:

        "agent_servers": {"SAM": {"command": "samctl", "args": ["acp", "--agent", "claude"]}}

      MCP servers of the editor are not passed on: they would have to run on another machine.
      """)

  @Option(help: "The project, by name or id. (default: the one that the editor's folder is a checkout of)")
  var project: String?

  @Option(
    help: "The agent, by name. (default: the only one; 'demo', which needs no account, only when there is no other)")
  var agent: String?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let (server, token) = (common.server, common.token)
    let door = EditorDoor(project: project, agent: agent) { try CommonOptions.settings(server: server, token: token) }
    await EditorAgent.run(over: try PipeTransport.standardIO(claimingOutput: true), door: door)
  }
}
