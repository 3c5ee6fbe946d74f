// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What a trial start of an agent showed, on the wire.
public struct AgentCheckView: Codable, Hashable, Sendable {
  /// Whether a conversation could be opened.
  public var works: Bool
  /// What is missing and what to do; nil when it works.
  public var problem: String?
  /// What the agent calls itself, with its version.
  public var name: String?
  /// What it can do, in words.
  public var abilities: [String]
  /// The program that was started.
  public var program: String?
  /// How long start and initialisation took, in milliseconds.
  public var startMilliseconds: Int64?
  /// What is not as its definition wants it, in sentences; nil = nothing.
  public var lacks: [String]?
  /// The ways to log it in; nil = it has none of its own.
  public var logins: [AgentLogin]?

  /// - Parameter check: what the machine found.
  public init(_ check: AgentCheck) {
    works = check.works
    problem = check.problem
    name = check.name
    abilities = check.abilities
    program = check.program
    startMilliseconds = check.startMilliseconds
    lacks = check.lacks
    logins = check.logins
  }

  private enum CodingKeys: String, CodingKey {
    case works
    case problem
    case name
    case abilities
    case program
    case startMilliseconds = "start_ms"
    case lacks
    case logins
  }
}
