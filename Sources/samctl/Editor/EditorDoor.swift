// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMAPI
internal import SAMAgentRuntime
internal import SAMClient
internal import Synchronization

/// The way to samd for an editor's agent, looked for when it is first needed: an editor starts its agent before anybody
/// has logged in.
final class EditorDoor: Sendable {
  /// Which project, by name; nil = the one whose repository the editor's folder is a checkout of.
  let project: String?
  /// Which agent, by name; nil = the only one.
  let agent: String?
  private let settings: @Sendable () throws -> Settings
  private let known = Mutex<SAMClient?>(nil)

  /// - Parameters:
  ///   - project: as the property.
  ///   - agent: as the property.
  ///   - settings: which samd, and as whom.
  init(project: String?, agent: String?, settings: @escaping @Sendable () throws -> Settings) {
    self.project = project
    self.agent = agent
    self.settings = settings
  }

  /// The client.
  /// - Throws: ``CommandFailure`` when no samd is known; ``SAMClientError``.
  func open() throws -> SAMClient {
    try known.withLock { known in
      if let known { return known }
      let settings = try settings()
      let client = try SAMClient(endpoint: settings.server, token: settings.token)
      known = client
      return client
    }
  }

  /// Looks again, because a person may have logged in meanwhile.
  /// - Throws: as ``open()``; ``SAMClientError`` with `unauthenticated` when samd does not accept the token.
  func openAgain() async throws {
    await close()
    _ = try await open().projects(limit: 1)
  }

  /// Closes all connections to samd.
  func close() async { await known.withLock { $0.take() }?.shutdown() }

  /// The project that work in a folder belongs to.
  /// - Throws: ``CommandFailure`` that says how to choose one.
  func project(at folder: String) async throws -> ProjectView {
    let client = try open()
    if let project { return try await client.project(project) }
    let projects = try await client.all { try await client.projects(cursor: $0) }.filter { $0.state == "active" }
    let git = try GitRunner(hostEnvironment: ProcessInfo.processInfo.environment)
    let names = projects.map(\.name).sorted().joined(separator: ", ")
    guard let checkout = try await Checkout.find(at: folder, git: git) else {
      throw CommandFailure(
        .usage,
        "'\(folder)' is no git checkout, so it does not say which project is meant. Start this agent as 'samctl acp "
          + "--project NAME'\(names.isEmpty ? "" : "; there are: \(names)").", code: "ambiguous_project")
    }
    let fitting = projects.filter { checkout.isOf($0.repository) }
    if fitting.count == 1 { return fitting[0] }
    guard fitting.isEmpty else {
      throw CommandFailure(
        .usage,
        "'\(checkout.root)' is a checkout of several projects. Start this agent as 'samctl acp --project NAME' with one "
          + "of: \(fitting.map(\.name).sorted().joined(separator: ", ")).", code: "ambiguous_project")
    }
    let address = checkout.remotes.first ?? checkout.root
    throw CommandFailure(
      .usage,
      "SAM has no project for '\(checkout.root)'. Add it: samctl project add NAME \(SafeText.line(address))"
        + (names.isEmpty ? "." : ", or start this agent as 'samctl acp --project NAME'; there are: \(names)."),
      code: "unknown_project")
  }

  /// The agent that does the work.
  /// - Throws: ``CommandFailure`` that says how to choose one.
  func chosenAgent() async throws -> String {
    let client = try open()
    let names = try await client.all { try await client.agents(cursor: $0) }.filter { $0.state == "active" }.map(\.name)
    guard let agent else { return try Choice.agent(names) }
    guard names.contains(agent) else {
      throw CommandFailure(
        .usage, "There is no agent '\(agent)'. Choose with --agent: \(names.sorted().joined(separator: ", "))",
        code: "not_found")
    }
    return agent
  }
}
