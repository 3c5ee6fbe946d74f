// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC

extension ACP {
  /// How a person logs an agent in by hand: the program to run in a terminal. Afterwards the agent is started anew;
  /// `authenticate` must not be called. Source: ACP v1, Authentication, "Terminal Authentication".
  public struct TerminalLogin: Hashable, Sendable {
    /// The program; nil means the agent's own.
    public var command: String?
    /// What to add to the agent's arguments; with a command of its own, all the arguments.
    public var arguments: [String]
    /// The variables to add.
    public var environment: [String: String]

    /// Makes the value.
    public init(command: String? = nil, arguments: [String] = [], environment: [String: String] = [:]) {
      self.command = command
      self.arguments = arguments
      self.environment = environment
    }
  }
}

extension ACP.AuthMethod {
  /// How a person logs in, when this way is one for a terminal: by its type, or by the `_meta` member `terminal-auth` that agents
  /// used before the protocol had the type. Nil when the agent does it itself.
  public var terminalLogin: ACP.TerminalLogin? {
    if type == .terminal {
      return ACP.TerminalLogin(
        arguments: args ?? [], environment: Dictionary(env?.map { ($0.key, $0.value) } ?? []) { $1 })
    }
    guard let old = meta?["terminal-auth"], let command = old["command"]?.stringValue else { return nil }
    let variables = old["env"]?.objectValue ?? [:]
    return ACP.TerminalLogin(
      command: command, arguments: old["args"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      environment: Dictionary(variables.compactMap { pair in pair.value.stringValue.map { (pair.key, $0) } }) { $1 })
  }
}
