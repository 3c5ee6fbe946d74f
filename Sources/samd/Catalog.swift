// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMAPI
import SAMAgentRuntime
import SAMCore
import SAMServer

/// The agents that this daemon knows by name, as they can be started here.
struct Catalog {
  /// What clients are offered.
  let offers: [OfferedAgent]

  /// Reads the person's file of agents, and looks for the programs.
  /// - Throws: ``DaemonFailure`` that says what is wrong with the file.
  init(_ settings: Settings) throws {
    let agents: [CatalogAgent]
    do {
      // A file that nobody named need not be there.
      let (file, isDefault) = (settings["agents_file"], settings.values["agents_file"]?.source == "default")
      let isThere = FileManager.default.fileExists(atPath: file)
      agents = isThere || !isDefault ? try AgentFile.catalog(readingFrom: file) : AgentCatalog.all
    } catch let error as RuntimeError {
      throw DaemonFailure(error.message)
    }
    let path = AgentEnvironment(host: ProcessInfo.processInfo.environment).variables["PATH"] ?? ""
    offers = agents.map { OfferedAgent($0, launch: $0.launch(path: path, samd: ProcessGuard.ownExecutable)) }
  }

  /// The agents that are defined from the start.
  var definitions: [DefineProfile] {
    let demo = AgentLaunch(
      command: ProcessGuard.ownExecutable, arguments: ["demo-agent"], echoesPrompts: true, followsCatalog: true)
    return [DefineProfile(name: "demo", launch: demo)]
      + offers.compactMap { offer in offer.launch.map { DefineProfile(name: offer.view.name, launch: $0) } }
  }
}

extension OfferedAgent {
  fileprivate init(_ agent: CatalogAgent, launch: AgentLaunch?) {
    self.init(
      view: CatalogAgentView(
        name: agent.name, title: agent.title, source: agent.source.description,
        command: launch.map { [$0.command] + $0.arguments }, advice: agent.advice,
        credentials: agent.credentials.map(\.advice), mcp: agent.mcp.rawValue, usageLimits: agent.usageLimits),
      launch: launch)
  }
}
