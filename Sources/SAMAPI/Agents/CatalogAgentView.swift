// SPDX-License-Identifier: Apache-2.0

/// An agent of the catalog on the wire: one that samd knows by name, whether it is installed or not.
public struct CatalogAgentView: Codable, Hashable, Sendable {
  /// Its name in SAM.
  public var name: String
  /// What its makers call it.
  public var title: String
  /// Where it is from: `built in`, or the file of agents.
  public var source: String
  /// How it is started, program and arguments; nil = its program was not there when samd started.
  public var command: [String]?
  /// How to get it, in one sentence.
  public var advice: String
  /// What it can log in with, the usual one first.
  public var credentials: [String]
  /// How it is given MCP servers: `conversation`, `never`, `variable:NAME`.
  public var mcp: String
  /// Words with which it says that a limit of use is reached.
  public var usageLimits: [String]

  /// - Parameters: as the properties of the same names.
  public init(
    name: String, title: String, source: String, command: [String]?, advice: String, credentials: [String], mcp: String,
    usageLimits: [String]
  ) {
    self.name = name
    self.title = title
    self.source = source
    self.command = command
    self.advice = advice
    self.credentials = credentials
    self.mcp = mcp
    self.usageLimits = usageLimits
  }

  private enum CodingKeys: String, CodingKey {
    case name
    case title
    case source
    case command
    case advice
    case credentials
    case mcp
    case usageLimits = "usage_limits"
  }
}
