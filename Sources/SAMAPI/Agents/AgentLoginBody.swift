// SPDX-License-Identifier: Apache-2.0

/// What `POST /agents/{agent}/login` takes.
public struct AgentLoginBody: Codable, Hashable, Sendable {
  /// The agent's id of the way in which it logs itself in.
  public var login: String

  /// - Parameter login: the agent's id of the way.
  public init(login: String) { self.login = login }

  private enum CodingKeys: String, CodingKey {
    case login
  }
}
