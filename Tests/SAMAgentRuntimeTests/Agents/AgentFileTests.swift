// SPDX-License-Identifier: Apache-2.0
import SAMCore
import Testing

@testable import SAMAgentRuntime

@Suite("A person's file of agents")
struct AgentFileTests {
  private func catalog(_ text: String) throws -> [CatalogAgent] { try AgentFile.catalog(text, path: "agents.yaml") }

  @Test func `an entry adds an agent with everything that an agent can have`() throws {
    let agents = try catalog(
      """
      # Ours.
      helper:
        title: House Helper
        command: /opt/helper/bin/helper
        arguments: [--acp, "--level=3"]
        echoes_prompts: yes
        install:
          uv: house-helper
          binary: https://helper.example/download
        credentials:
          - key: HELPER_KEY
          - token: HELPER_TOKEN
            made_by: helper login
          - file: .helper/auth.json
          - browser
        environment: { HELPER_DEPTH: 3, HELPER_COLOR: no }
        files:
          - { path: .helper/auth.json, secret: helper-login }
          - path: .helper/config.toml
            content: |
              depth = 3
        mode: ask
        model: large
        effort: high
        mcp: variable:HELPER_MCP
        usage_limits:
          - "come back later"
      """)
    #expect(agents.count == AgentCatalog.all.count + 1)
    let helper = try #require(agents.last)
    #expect(
      helper
        == CatalogAgent(
          name: "helper", title: "House Helper",
          candidates: [
            .init(program: "/opt/helper/bin/helper", arguments: ["--acp", "--level=3"], echoesPrompts: true)
          ],
          installations: [
            .init(manager: .uv, package: "house-helper"),
            .init(manager: .binary, package: "https://helper.example/download"),
          ],
          credentials: [
            .key(variable: "HELPER_KEY"), .token(variable: "HELPER_TOKEN", madeBy: "helper login"),
            .file(path: ".helper/auth.json"), .browser,
          ],
          environment: ["HELPER_DEPTH": "3", "HELPER_COLOR": "no"],
          files: [
            HomeFile(path: ".helper/auth.json", content: .secret("helper-login")),
            HomeFile(path: ".helper/config.toml", content: .text("depth = 3\n")),
          ], mode: "ask", model: "large", effort: "high",
          mcp: .variable("HELPER_MCP"), usageLimits: ["come back later"], source: .file("agents.yaml")))
  }

  @Test func `what is started has all of it, so that a machine needs no file`() throws {
    let folder = try ScratchFolder()
    try folder.write("helper", "#!/bin/sh\n", mode: 0o755)
    let text = """
      helper:
        command: helper
        model: large
        mcp: never
        files: [{ path: .helper/auth.json, secret: helper-login }]
        usage_limits: [come back later]
      """
    let launch = try #require(try catalog(text).last?.launch(path: folder.path, samd: "/x/samd"))
    #expect(
      launch
        == AgentLaunch(
          command: "helper", model: "large", mcp: .never, usageLimits: ["come back later"], followsCatalog: true,
          files: [HomeFile(path: ".helper/auth.json", content: .secret("helper-login"))]))
    #expect(AgentCatalog.saysUsageLimit("Come back later, please", startedBy: launch))
    #expect(MCPOffer(launch, .init(http: true)).lacks.isEmpty)
  }

  @Test func `an entry changes only what it names of a built-in agent`() throws {
    let agents = try catalog(
      """
      vibe:
        command: my-vibe
        arguments: []
      claude: { usage_limits: [tea break] }
      """)
    #expect(agents.count == AgentCatalog.all.count)
    let vibe = try #require(agents.first { $0.name == "vibe" })
    #expect(vibe.candidates == [.init(program: "my-vibe")])
    #expect(vibe.mcp == AgentCatalog.vibe.mcp && vibe.credentials == AgentCatalog.vibe.credentials)
    let claude = try #require(agents.first { $0.name == "claude" })
    #expect(claude.candidates == AgentCatalog.claude.candidates && claude.usageLimits == ["tea break"])
    #expect(claude.source == .file("agents.yaml"))
    #expect(agents.first { $0.name == "codex" }?.source == .builtIn)
  }

  @Test(arguments: ["", "# nothing yet\n", "---\n"]) func `an empty file changes nothing`(text: String) throws {
    #expect(try catalog(text) == AgentCatalog.all)
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var text: String
    var line: Int
    /// What is said of it.
    var words: [String]
    var testDescription: String { words.joined(separator: ", ") }
  }

  static let mistakes = [
    Mistake(text: "a:\n  comand: x\n", line: 2, words: ["a.comand", "is no field", "did you mean 'command'?"]),
    Mistake(
      text: "a:\n  command: x\n  colour: red\n", line: 3, words: ["a.colour", "is no field", "there are arguments"]),
    Mistake(text: "a:\n  title: A\n", line: 1, words: ["a needs a 'command'"]),
    Mistake(text: "a:\n", line: 1, words: ["a must be names with values"]),
    Mistake(text: "claude:\n  arguments: [x]\n", line: 2, words: ["claude.arguments goes with 'command'"]),
    Mistake(text: "a:\n  command: [x, y]\n", line: 2, words: ["a.command must be a text"]),
    Mistake(text: "a:\n  command: 7\n", line: 2, words: ["a.command must be a text", "put it in quotes"]),
    Mistake(text: "a:\n  command: ' '\n", line: 2, words: ["a.command is empty"]),
    Mistake(text: "a:\n  command: x\n  arguments: -y\n", line: 3, words: ["a.arguments must be a list"]),
    Mistake(
      text: "a:\n  command: x\n  arguments:\n    - y\n    - 1\n", line: 5, words: ["a.arguments[2]", "in quotes"]),
    Mistake(
      text: "a:\n  command: x\n  echoes_prompts: maybe\n", line: 3, words: ["a.echoes_prompts must be true or false"]),
    Mistake(
      text: "a:\n  command: x\n  environment: {A-B: 1}\n", line: 3, words: ["'A-B' is no name of a variable"]),
    Mistake(text: "a:\n  command: x\n  environment:\n    A:\n", line: 4, words: ["a.environment.A must be a text"]),
    Mistake(text: "a:\n  command: x\n  install: {nmp: y}\n", line: 3, words: ["a.install.nmp", "did you mean 'npm'?"]),
    Mistake(
      text: "a:\n  command: x\n  credentials:\n    - kye: K\n", line: 4,
      words: ["a.credentials[1].kye", "did you mean 'key'?"]),
    Mistake(
      text: "a:\n  command: x\n  credentials:\n    - token: T\n", line: 4, words: ["a.credentials[1]", "'made_by"]),
    Mistake(
      text: "a:\n  command: x\n  files:\n    - pth: K\n", line: 4, words: ["a.files[1].pth", "did you mean 'path'?"]),
    Mistake(
      text: "a:\n  command: x\n  files:\n    - path: K\n", line: 4, words: ["a.files[1]", "'secret: NAME'"]),
    Mistake(
      text: "a:\n  command: x\n  files:\n    - {path: ../K, secret: s}\n", line: 3,
      words: ["a.files cannot be used", "no file beneath the home folder"]),
    Mistake(text: "a:\n  command: x\n  mcp: http\n", line: 3, words: ["a.mcp must be 'conversation', 'never'"]),
    Mistake(
      text: "a:\n  command: x\n  usage_limits:\n    - used up\n    - 'no'\n", line: 5,
      words: ["a.usage_limits[2]", "nearly every error"]),
    Mistake(
      text: "a:\n  command: x\nb:\n  command: y\na:\n  command: z\n", line: 1, words: ["'a' is there twice"]),
    Mistake(text: "a:\n  command: x\n  command: y\n", line: 2, words: ["'command' is there twice"]),
    Mistake(text: "Big Agent:\n  command: x\n", line: 1, words: ["Big Agent cannot be an agent's name", "lower-case"]),
    Mistake(text: "demo:\n  command: x\n", line: 1, words: ["demo is the name of the bundled agent"]),
    Mistake(text: "- a\n- b\n", line: 1, words: ["the file must be names with values"]),
    Mistake(text: "a:\n  command: x\n title: y\n", line: 3, words: ["this is no YAML"]),
    Mistake(text: "a:\n  command: \"x\n", line: 3, words: ["this is no YAML"]),
    Mistake(text: "a:\n\tcommand: x\n", line: 2, words: ["this is no YAML", "never by tabs"]),
  ]

  @Test(arguments: mistakes) func `a mistake is said with its line and field, and what to do`(_ mistake: Mistake) throws
  {
    let error = try #require(throws: RuntimeError.self) { try catalog(mistake.text) }
    #expect(error.code == .agentFile)
    #expect(error.message.hasPrefix("agents.yaml:\(mistake.line): "), "\(error.message)")
    for words in mistake.words { #expect(error.message.contains(words), "\(error.message)") }
  }

  @Test func `a file that cannot be read is named`() throws {
    let error = try #require(throws: RuntimeError.self) { try AgentFile.catalog(readingFrom: "/no/such/agents.yaml") }
    #expect(error.message.contains("/no/such/agents.yaml") && error.message.contains("agents_file"))
  }
}
