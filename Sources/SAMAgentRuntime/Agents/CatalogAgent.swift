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
    /// A file that a login leaves, beneath the home folder. Without files of its own an agent has the home folder of samd's
    /// user, and what it refreshes in there is refreshed for all.
    case file(path: String)
    /// A login in a browser, which the agent offers over ACP.
    case browser

    /// What a person does about it.
    public var advice: String {
      switch self {
      case .key(let variable): "a key: --secret-env \(variable)=SECRET"
      case .token(let variable, let command): "a token that '\(command)' makes: --secret-env \(variable)=SECRET"
      case .file(let path):
        "a login of its own on samd's machine, which it keeps in ~/\(path), or that file as a secret: --auth-file \(path)=SECRET"
      case .browser: "a login in a browser on samd's machine"
      }
    }
  }

  /// Where it is from.
  public enum Source: Sendable, Hashable, CustomStringConvertible {
    /// SAM's own.
    case builtIn
    /// A person's file, which adds it or changes it.
    case file(String)

    /// The source, for people.
    public var description: String {
      switch self {
      case .builtIn: "built in"
      case .file(let path): path
      }
    }
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
  /// Variables that name a folder of its own: without them it lies beneath the home folder.
  public var folderVariables: [String] = []
  /// The files in its home folder that it is given.
  public var files: [HomeFile] = []
  /// The session mode, the model and the effort to choose in each conversation; nil = the agent's choice.
  public var mode: String?
  /// See ``mode``.
  public var model: String?
  /// See ``mode``.
  public var effort: String?
  /// How it is given MCP servers.
  public var mcp = MCPWay.conversation
  /// Words with which it says that a limit of use is reached; case does not matter.
  public var usageLimits: [String] = []
  /// Where it is from.
  public var source = Source.builtIn

  /// How it is started where its program is on the PATH; nil when none of the candidates is there.
  ///
  /// - Parameters:
  ///   - path: Folders separated by `:`.
  ///   - samd: The program that has the built-in adapters.
  public func launch(path: String, samd: String) -> AgentLaunch? {
    for candidate in candidates {
      // A program that is there and may not be executed is as good as none; the next candidate is tried.
      guard (try? ProgramSearch.resolve(candidate.program, path: path, directory: "/")) != nil else { continue }
      var launch = AgentLaunch(
        command: candidate.program, arguments: candidate.arguments, environment: environment,
        echoesPrompts: candidate.echoesPrompts, mode: mode, model: model, effort: effort, followsCatalog: true,
        files: files.isEmpty ? nil : files)
      if let adapter = candidate.adapter { (launch.command, launch.arguments) = (samd, ["adapter", adapter]) }
      if source != .builtIn {
        // A machine knows by itself what is built in, and a later version of it may know better.
        (launch.mcp, launch.usageLimits) = (mcp, usageLimits.isEmpty ? nil : usageLimits)
      }
      return launch
    }
    return nil
  }

  /// How a person gets it, in one sentence.
  public var advice: String {
    let ways = installations.map(\.instruction).joined(separator: ", or ")
    return "Install \(title) on samd's machine\(ways.isEmpty ? "" : " (\(ways))") and start samd again."
  }
}
