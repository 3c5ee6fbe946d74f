// SPDX-License-Identifier: Apache-2.0
public import SAMAPI
public import SAMCore

/// An agent that a client can define by its name alone.
public struct OfferedAgent: Sendable {
  /// What clients are told of it.
  public var view: CatalogAgentView
  /// How it is started; nil = its program is not there.
  public var launch: AgentLaunch?

  /// - Parameters: as the properties of the same names.
  public init(view: CatalogAgentView, launch: AgentLaunch?) {
    self.view = view
    self.launch = launch
  }
}
