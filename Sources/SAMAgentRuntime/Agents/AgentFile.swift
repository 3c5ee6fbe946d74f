// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMCore
internal import Yams

/// A person's file of agents, in YAML: each name adds an agent to the catalog, or changes the built-in one of that name.
///
/// docs/agents.md describes it.
public enum AgentFile {
  /// The catalog with what a file adds and changes.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``RuntimeError`` with `agent_file`, which names the file, the line, the field and what to do.
  public static func catalog(readingFrom path: String) throws -> [CatalogAgent] {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw RuntimeError(
        .agentFile, "The file of agents \(path) cannot be read; correct agents_file, or the file's permissions.",
        evidence: "\(error)")
    }
    return try catalog(text, path: path)
  }

  /// The same with the file's text.
  static func catalog(_ text: String, path: String) throws -> [CatalogAgent] {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw explain(error, path)
    }
    var agents = AgentCatalog.all
    guard let root, root.null == nil else { return agents }
    for (name, entry) in try AgentFileValue(root, at: "the file", in: path).fields() {
      guard Names.isValid(name) else { throw entry.error("cannot be an agent's name; \(Names.rule)") }
      guard name != "demo" else { throw entry.error("is the name of the bundled agent; choose another") }
      let known = agents.firstIndex { $0.name == name }
      let agent = try agent(name, entry, changing: known.map { agents[$0] })
      if let known { agents[known] = agent } else { agents.append(agent) }
    }
    return agents
  }

  private static func agent(
    _ name: String, _ entry: AgentFileValue, changing old: CatalogAgent?
  ) throws -> CatalogAgent {
    var agent = old ?? CatalogAgent(name: name, title: name, candidates: [], installations: [], credentials: [])
    agent.source = .file(entry.path)
    let given = try entry.fields()
    if let stray = given.first(where: { fields[$0.0] == nil }) {
      throw stray.1.unknown("field", among: fields.keys, of: stray.0)
    }
    if let command = given.first(where: { $0.0 == "command" }) {
      agent.candidates = [CatalogAgent.Candidate(program: try command.1.text())]
    } else if let stray = given.first(where: { ["arguments", "echoes_prompts"].contains($0.0) }) {
      throw stray.1.error("goes with 'command', which is not there; write the command too")
    } else if old == nil {
      throw entry.error("needs a 'command': the program that speaks ACP, by its name on the PATH or its absolute path")
    }
    for (key, value) in given { try fields[key]?(value, &agent) }
    return agent
  }

  private typealias Field = @Sendable (AgentFileValue, inout CatalogAgent) throws -> Void

  /// What an entry may have, and what becomes of it.
  private static let fields: [String: Field] = [
    "title": { $1.title = try $0.text() },
    // The command makes the candidate that these two belong to, so it is taken before all fields.
    "command": { _, _ in },
    "arguments": { $1.candidates[0].arguments = try $0.list().map { try $0.text() } },
    "echoes_prompts": { $1.candidates[0].echoesPrompts = try $0.flag() },
    "install": { $1.installations = try $0.fields().map(installation) },
    "credentials": { $1.credentials = try $0.list().map(credential) },
    "environment": { value, agent in
      for (name, value) in try value.fields() { agent.environment[try value.variable(name)] = try value.scalar() }
    },
    "files": { value, agent in
      agent.files = try value.list().map(file)
      do { try HomeFile.check(agent.files) } catch let error as Rejection {
        throw value.error("cannot be used: \(error.message)")
      }
    },
    "mode": { $1.mode = try $0.text() },
    "model": { $1.model = try $0.text() },
    "effort": { $1.effort = try $0.text() },
    "mcp": { value, agent in
      guard let way = MCPWay(rawValue: try value.text()) else {
        throw value.error("must be 'conversation', 'never' or 'variable:NAME'")
      }
      agent.mcp = way
    },
    "usage_limits": { $1.usageLimits = try $0.list().map(words) },
  ]

  private static func installation(_ manager: String, _ package: AgentFileValue) throws -> CatalogAgent.Installation {
    let managers = CatalogAgent.Installation.Manager.allCases.map(\.rawValue)
    guard let known = CatalogAgent.Installation.Manager(rawValue: manager) else {
      throw package.unknown("way to install", among: managers, of: manager)
    }
    return .init(manager: known, package: try package.text())
  }

  private static func credential(_ value: AgentFileValue) throws -> CatalogAgent.Credential {
    if value.isText, try value.text() == "browser" { return .browser }
    let kinds = ["key", "token", "made_by", "file"]
    var given: [String: AgentFileValue] = [:]
    for (kind, value) in try value.fields() {
      guard kinds.contains(kind) else { throw value.unknown("kind of credential", among: kinds, of: kind) }
      given[kind] = value
    }
    switch (given["key"], given["token"], given["made_by"], given["file"]) {
    case (let key?, nil, nil, nil): return .key(variable: try key.variable(key.text()))
    case (nil, let token?, let command?, nil):
      return .token(variable: try token.variable(token.text()), madeBy: try command.text())
    case (nil, nil, nil, let file?): return .file(path: try file.text())
    default:
      throw value.error(
        "must be 'browser', 'key: VARIABLE', 'file: PATH', or 'token: VARIABLE' with 'made_by: COMMAND'")
    }
  }

  private static func file(_ value: AgentFileValue) throws -> HomeFile {
    let kinds = ["path", "content", "secret"]
    var given: [String: AgentFileValue] = [:]
    for (kind, value) in try value.fields() {
      guard kinds.contains(kind) else { throw value.unknown("field of a file", among: kinds, of: kind) }
      given[kind] = value
    }
    switch (try given["path"]?.text(), given["content"], given["secret"]) {
    case (let path?, let content?, nil): return HomeFile(path: path, content: .text(try content.text()))
    case (let path?, nil, let secret?): return HomeFile(path: path, content: .secret(try secret.text()))
    default: throw value.error("must be a 'path' with 'content: TEXT', or with 'secret: NAME' for a login file")
    }
  }

  /// Words of a limit of use are looked for in every error of the agent.
  private static func words(_ value: AgentFileValue) throws -> String {
    let words = try value.text()
    guard words.count >= 4 else {
      throw value.error("'\(words)' would be found in nearly every error; write more of what the agent says")
    }
    return words
  }

  private static func explain(_ error: YamlError, _ path: String) -> RuntimeError {
    func sentence(_ problem: String, _ mark: Mark?) -> RuntimeError {
      let place = mark.map { "\(path):\($0.line)" } ?? path
      return RuntimeError(
        .agentFile, "\(place): this is no YAML: \(problem); correct it, and indent by spaces, never by tabs")
    }
    return switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      // What begins something is said where the mistake is often one line further on.
      sentence([problem, context?.text].compactMap { $0 }.joined(separator: " "), mark)
    case .duplicatedKeysInMapping(let names, let context):
      RuntimeError(
        .agentFile,
        "\(path):\(context.mark.line): '\(names.first ?? "")' is there twice, here for the first time; leave one out")
    default: sentence("\(error)", nil)
    }
  }
}

extension RuntimeError.Code {
  /// A person's file of agents cannot be used.
  public static let agentFile = RuntimeError.Code(rawValue: "agent_file")
}
