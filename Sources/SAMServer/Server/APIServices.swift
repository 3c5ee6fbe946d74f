// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What the routes work with.
struct APIServices: Sendable {
  /// Performs commands, reads states, follows conversations.
  let orchestrator: Orchestrator
  /// Who may come in.
  let tokens: any AccessTokens
  /// What agents' environments are filled from.
  let secrets: any SecretStore
  /// The program's version.
  let version: String
  /// The agents that are known by name.
  let catalog: [OfferedAgent]
  let recent: RecentAnswers

  /// - Parameters: as the properties of the same names.
  init(
    orchestrator: Orchestrator, tokens: any AccessTokens, secrets: any SecretStore, version: String,
    catalog: [OfferedAgent] = []
  ) {
    self.orchestrator = orchestrator
    self.tokens = tokens
    self.secrets = secrets
    self.version = version
    self.catalog = catalog
    recent = RecentAnswers(now: orchestrator.clock.now)
  }

  var store: any Store { orchestrator.store }
}
