// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// An agent that SAM knows by name: how it is started, installed and logged in, and what is special about it. Data only.
public struct CatalogAgent: Sendable, Hashable {
  /// A way to start it. The first one whose program is there is taken.
  public struct Candidate: Sendable, Hashable {
    /// What must be on the PATH.
    public var program: String
    /// The program's arguments.
    public var arguments: [String] = []
    /// The verb of `samd adapter` that speaks ACP for the program; nil when it speaks ACP itself.
    public var adapter: String?
    /// Whether a `session/load` repeats the person's prompts, so that one can be looked for there after a crash.
    public var echoesPrompts = false
  }

  /// A way to install it.
  public struct Installation: Sendable, Hashable {
    /// Who installs it.
    public enum Manager: String, Sendable, Hashable, CaseIterable {
      /// Node's package manager.
      case npm
      /// Python's `uv`.
      case uv
      /// A program to download, as its makers say.
      case binary
    }

    /// Who installs it.
    public var manager: Manager
    /// The package, or where a person reads on.
    public var package: String

    /// What a person types or reads.
    public var instruction: String {
      switch manager {
      case .npm: "npm install -g \(package)"
      case .uv: "uv tool install \(package)"
      case .binary: "see \(package)"
      }
    }
  }

  /// Where it finds out who pays.
  public enum Credential: Sendable, Hashable {
    /// A variable with a key of the model's provider.
    case key(variable: String)
    /// A variable with a token of a person's subscription, and the command that makes one.
    case token(variable: String, madeBy: String)
    /// A file that a login leaves, beneath the home folder. Some agents write it anew when they refresh the token in it.
    case file(path: String, isRewritten: Bool)
    /// A login in a browser, which the agent offers over ACP.
    case browser
  }

  /// What does not go as the protocol has it.
  public enum Quirk: String, Sendable, Hashable, CaseIterable {
    /// It does not end when its input ends; it must be killed.
    case outlivesItsInput
    /// It refuses to run without checks as the superuser.
    case checksForRoot
    /// A refused key is tried again for minutes.
    case retriesRefusedKeys
    /// A cancelled turn ends only after the model has answered.
    case cancelsLate
  }

  /// How it is given MCP servers.
  public enum MCPWay: Sendable, Hashable {
    /// With each conversation, as ACP has it; over HTTP when it says that it can.
    case asAdvertised
    /// In a variable of its environment, as the JSON of its own configuration: some of its versions take no notice of those
    /// that come with a conversation.
    case inVariable(String)
    /// Not at all; they belong into its own configuration.
    case never
  }

  /// What people call it: the agent's name in SAM.
  public var name: String
  /// What its makers call it.
  public var title: String
  /// The ways to start it, the best first.
  public var candidates: [Candidate]
  /// The ways to install what the candidates need, the simplest first.
  public var installations: [Installation]
  /// What it can log in with, the usual one first.
  public var credentials: [Credential]
  /// What its environment must have beyond the allow-list.
  public var environment: [String: String] = [:]
  /// How it is given MCP servers.
  public var mcp = MCPWay.asAdvertised
  /// What is special about it.
  public var quirks: Set<Quirk> = []
  /// Words with which it says that a limit of use is reached; case does not matter.
  public var usageLimits: [String] = []

  /// How it is started where its program is on the PATH; nil when none of the candidates is there.
  ///
  /// - Parameters:
  ///   - path: Folders separated by `:`.
  ///   - samd: The program that has the built-in adapters.
  public func launch(path: String, samd: String) -> AgentLaunch? {
    for candidate in candidates {
      // A program that is there and may not be executed is as good as none; the next candidate is tried.
      guard (try? ProgramSearch.resolve(candidate.program, path: path, directory: "/")) != nil else { continue }
      guard let adapter = candidate.adapter else {
        return AgentLaunch(
          command: candidate.program, arguments: candidate.arguments, environment: environment,
          echoesPrompts: candidate.echoesPrompts)
      }
      return AgentLaunch(
        command: samd, arguments: ["adapter", adapter], environment: environment,
        echoesPrompts: candidate.echoesPrompts)
    }
    return nil
  }

  /// How a person gets it, in one sentence.
  public var advice: String {
    let ways = installations.map(\.instruction).joined(separator: ", or ")
    return "Install \(title) on samd's machine (\(ways)) and start samd again."
  }

  /// Whether a text of the agent says that a limit of use is reached.
  public func saysUsageLimit(_ text: String) -> Bool {
    let text = text.lowercased()
    return usageLimits.contains { text.contains($0.lowercased()) }
  }
}
