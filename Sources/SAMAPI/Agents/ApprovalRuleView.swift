// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// A rule of an agent's policy on the wire.
public struct ApprovalRuleView: Codable, Hashable, Sendable {
  /// ask, allow, deny.
  public var action: ApprovalAction
  /// What it covers: `edit`, `edit:src/**`, `execute:git status *`, `*:secrets/**`.
  public var match: String

  /// - Parameters: as the properties of the same names.
  public init(_ action: ApprovalAction, _ match: String) {
    self.action = action
    self.match = match
  }

  private enum CodingKeys: String, CodingKey {
    case action
    case match
  }
}
