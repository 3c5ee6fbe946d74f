// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// The agents that SAM knows by itself. People add theirs in a file (``AgentFile``), or with `samctl agent add`.
///
/// To add one: an entry here. Sources: each agent's documentation, and what the real programs did in the tests.
public enum AgentCatalog {
  /// All of them, as they are offered.
  public static let all = [claude, codex, vibe, gemini, opencode, goose, amp]

  /// The agent of a name.
  public static func agent(named name: String) -> CatalogAgent? { all.first { $0.name == name } }

  /// The agent that a program belongs to, by the program's name or path.
  public static func agent(startedBy program: String) -> CatalogAgent? {
    let name = program.split(separator: "/").last.map(String.init) ?? program
    return all.first { $0.candidates.contains { $0.program == name } }
  }

  /// The agent that a launch starts, directly or through an adapter.
  static func agent(of launch: AgentLaunch) -> CatalogAgent? {
    guard launch.arguments.first == "adapter", let adapter = launch.arguments.dropFirst().first else {
      return agent(startedBy: launch.command)
    }
    return all.first { $0.candidates.contains { $0.adapter == adapter } }
  }

  /// Whether a text of an agent says that a limit of use is reached. One that is not in the catalog has the usual words.
  static func saysUsageLimit(_ text: String, startedBy launch: AgentLaunch) -> Bool {
    let words = launch.usageLimits ?? agent(of: launch)?.usageLimits ?? usualLimits
    let text = text.lowercased()
    return words.contains { text.contains($0.lowercased()) }
  }

  private static let usualLimits = ["usage limit", "rate limit exceeded", "quota exceeded", "insufficient_quota"]

  static let claude = CatalogAgent(
    name: "claude", title: "Claude Code",
    candidates: [
      .init(program: "claude-agent-acp"), .init(program: "claude", adapter: "claude-code", echoesPrompts: true),
    ],
    installations: [.init(manager: .npm, package: "@anthropic-ai/claude-code")],
    credentials: [
      .key(variable: "ANTHROPIC_API_KEY"),
      .token(variable: "CLAUDE_CODE_OAUTH_TOKEN", madeBy: "claude setup-token"),
      .file(path: ".claude/.credentials.json"),
    ], folderVariables: ["CLAUDE_CONFIG_DIR"],
    usageLimits: [
      "usage limit reached", "5-hour limit", "weekly limit", "hit your limit", "exceed your account's rate limit",
    ])

  static let codex = CatalogAgent(
    name: "codex", title: "Codex",
    candidates: [.init(program: "codex-acp"), .init(program: "codex", adapter: "codex", echoesPrompts: true)],
    installations: [.init(manager: .npm, package: "@openai/codex")],
    credentials: [
      .key(variable: "CODEX_API_KEY"), .key(variable: "OPENAI_API_KEY"),
      .file(path: ".codex/auth.json"),
    ],
    environment: ["NO_BROWSER": "1"], folderVariables: ["CODEX_HOME"],
    usageLimits: ["usage limit", "usageLimitExceeded", "rate limit reached"])

  static let vibe = CatalogAgent(
    name: "vibe", title: "Mistral Vibe", candidates: [.init(program: "vibe-acp", echoesPrompts: true)],
    installations: [.init(manager: .uv, package: "mistral-vibe")],
    credentials: [.key(variable: "MISTRAL_API_KEY"), .browser],
    environment: ["PYTHONUNBUFFERED": "1"], folderVariables: ["VIBE_HOME"], mcp: .variable("VIBE_MCP_SERVERS"),
    usageLimits: ["rate limit exceeded", "rate limits exceeded"])

  static let gemini = CatalogAgent(
    name: "gemini", title: "Gemini CLI", candidates: [.init(program: "gemini", arguments: ["--acp"])],
    installations: [.init(manager: .npm, package: "@google/gemini-cli")],
    credentials: [
      .key(variable: "GEMINI_API_KEY"), .file(path: ".gemini/oauth_creds.json"), .browser,
    ], usageLimits: ["RESOURCE_EXHAUSTED", "quota exceeded", "exceeded your current quota"])

  static let opencode = CatalogAgent(
    name: "opencode", title: "OpenCode", candidates: [.init(program: "opencode", arguments: ["acp"])],
    installations: [.init(manager: .npm, package: "opencode-ai")],
    credentials: [
      .key(variable: "OPENCODE_API_KEY"), .file(path: ".local/share/opencode/auth.json"),
    ], usageLimits: ["rate limit", "insufficient_quota"])

  static let goose = CatalogAgent(
    name: "goose", title: "Goose", candidates: [.init(program: "goose", arguments: ["acp"])],
    installations: [.init(manager: .binary, package: "the documentation of Goose, \"Install Goose\"")],
    credentials: [
      .key(variable: "ANTHROPIC_API_KEY"), .key(variable: "OPENAI_API_KEY"),
      .file(path: ".config/goose/secrets.yaml"),
    ],
    usageLimits: ["rate limit exceeded", "insufficient_quota"])

  static let amp = CatalogAgent(
    name: "amp", title: "Amp", candidates: [.init(program: "acp-amp", arguments: ["run"])],
    installations: [
      .init(manager: .uv, package: "acp-amp"), .init(manager: .npm, package: "@ampcode/cli"),
    ], credentials: [.key(variable: "AMP_API_KEY")], mcp: .never,
    usageLimits: ["out of credits", "insufficient credit"])
}
