// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl agent add`
struct AgentAdd: AsyncParsableCommand {
  /// How an agent's requests for permission are treated.
  enum Approvals: String, CaseIterable, ExpressibleByArgument {
    case ask, allow, deny
  }

  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Define an agent, or define it anew: any program that speaks the Agent Client Protocol on stdio.",
    usage: "samctl agent add <name> [<options>] [-- <command> [<arguments> ...]]",
    discussion: """
        samctl agent add vibe --secret-env MISTRAL_API_KEY=mistral
        samctl agent add mine --model large -- my-agent --acp
        samctl agent add codex --auth-file .codex/auth.json=codex-login --config-file .codex/config.toml=./codex.toml
        samctl agent add vibe --allow 'execute:git status *' --deny '*:secrets/**' -- vibe-acp

      Without a command it is the agent of that name in samd's catalog ('samctl agent catalog'), with your settings.

      An agent with an --auth-file or a --config-file has a home folder of its own for each session. A login file that it \
      refreshes becomes the secret's new value, and the next session gets that.

      A rule is a kind of tool (\(ApprovalRule.kinds.joined(separator: ", ")), or * for all), or one with a pattern \
      after a colon: of the command line for execute, else of the path beneath the workspace, where ** stands for any \
      folders. The first rule that fits decides: first those that deny, then those that ask, then those that allow; a \
      file (--rules) has its own order and comes last. A command of several, with a redirection or a substitution, is \
      allowed by no pattern with a *. Rules save questions; they are no sandbox.

      The whole definition is replaced; tasks that begin later use it. Afterwards try it: samctl agent check NAME
      """)

  @Argument(help: "What you will call it.")
  var name: String

  @Option(name: .customLong("env"), help: ArgumentHelp("Set a variable of its environment.", valueName: "name=value"))
  var environment: [String] = []

  @Option(
    help: ArgumentHelp(
      "Set a variable to a secret, by the secret's name ('samctl secret set').", valueName: "name=secret"))
  var secretEnv: [String] = []

  @Option(
    help: ArgumentHelp(
      "When the agent asks for permission and no rule fits: ask a person, allow, or deny.", valueName: "policy"))
  var approvals = Approvals.ask

  @Option(help: ArgumentHelp("Allow what a rule covers.", valueName: "rule"))
  var allow: [String] = []

  @Option(help: ArgumentHelp("Ask a person about what a rule covers.", valueName: "rule"))
  var ask: [String] = []

  @Option(help: ArgumentHelp("Refuse what a rule covers.", valueName: "rule"))
  var deny: [String] = []

  @Option(
    help: ArgumentHelp(
      "Rules in a file: a line each, such as 'allow execute:make test'; # begins a comment.", valueName: "file"))
  var rules: String?

  @Option(help: "The session mode to set in each conversation, for agents that have modes.")
  var mode: String?

  @Option(help: "The model to choose in each conversation, for agents that offer models.")
  var model: String?

  @Option(help: "How much the model is to think, for agents that offer it.")
  var effort: String?

  @OptionGroup var mcp: MCPOptions

  @OptionGroup var files: FileOptions

  @OptionGroup var limits: LimitOptions

  @Flag(help: "The agent repeats a person's prompts when a conversation is loaded again (it helps after a crash).")
  var echoesPrompts = false

  @Flag(help: "Record what is said to it and what it says, without secrets, in samd's data directory on its machine.")
  var record = false

  @Argument(parsing: .postTerminator, help: "The program and its arguments, after '--'.")
  var command: [String] = []

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard command.first?.isEmpty != true else {
      throw ValidationError("Say how the agent is started, after '--': samctl agent add \(name) -- COMMAND ARGS…")
    }
    let plain = try Arguments.pairs(environment, option: "--env")
    let secret = try Arguments.pairs(secretEnv, option: "--secret-env")
    _ = try mcp.servers()
    _ = try files.files()
    _ = try limits.limits()
    if let both = plain.keys.first(where: { secret[$0] != nil }) {
      throw ValidationError("'\(both)' is set by --env and by --secret-env. Leave one out.")
    }
    do { _ = try policy() } catch let error as Rejection { throw ValidationError(error.message) }
  }

  /// The rules, those of the file last.
  func policy() throws -> [ApprovalRuleView] {
    let given: [(ApprovalAction, [String])] = [(.deny, deny), (.ask, ask), (.allow, allow)]
    var all = given.flatMap { action, matches in matches.map { ApprovalRuleView(action, $0) } }
    if let rules {
      guard let text = try TextFile.read(rules) else {
        throw ValidationError("There is no file '\(rules)'. Give one with a rule a line.")
      }
      all += try RuleText.rules(text)
    }
    for rule in all { _ = try ApprovalRule(rule.action, rule.match) }
    return all
  }

  /// What is sent.
  func body() throws -> DefineAgentBody {
    let rules = try policy()
    return DefineAgentBody(
      command: command.first, arguments: command.isEmpty ? nil : Array(command.dropFirst()),
      environment: try Arguments.pairs(environment, option: "--env"),
      secrets: try Arguments.pairs(secretEnv, option: "--secret-env"),
      approvals: ApprovalAction(rawValue: approvals.rawValue), rules: rules.isEmpty ? nil : rules,
      echoesPrompts: echoesPrompts ? true : nil, mode: mode, model: model, effort: effort,
      mcpServers: try mcp.servers(), files: try files.files(), record: record ? true : nil,
      limits: try limits.limits().map { ProcessLimitsBody($0) })
  }

  func run() async throws {
    try await common.connect { client, output in
      let agent = try await client.defineAgent(name, body())
      try output.done(agent, "Agent \(agent.name) is defined. Try it: samctl agent check \(agent.name)")
    }
  }
}
