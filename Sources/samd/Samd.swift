// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import SAMAPI

/// The daemon.
struct Samd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "samd",
    abstract: "SAM's daemon: runs coding agents on machines that you own.",
    discussion: """
      Start it with 'samd serve', then use 'samctl'. 'samd guard' is the parent of every agent's process and is \
      started by SAM itself.
      """,
    version: SAMVersion.current,
    subcommands: [Serve.self, ShowConfiguration.self, RunDemoAgent.self, AdapterCommand.self])
}

/// The settings as flags, for every verb that has settings.
struct SettingsFlags: ParsableArguments {
  @Option(help: "Folder for the database, keys, workspaces and journals.") var data: String?
  @Option(help: "YAML file with agents that are added to the catalog or change it.") var agentsFile: String?
  @Option(help: "Address to listen on.") var host: String?
  @Option(help: "Port to listen on; 0 = any free one.") var port: String?
  @Option(help: "Further host names that requests may name, separated by commas.") var allowedHosts: String?
  @Option(help: "Web origins that may call the API, separated by commas.") var allowedOrigins: String?
  @Option(help: "Seconds after which an idle agent's process is ended.") var agentIdle: String?
  @Option(help: "Seconds that a working agent may say nothing before its task says so.") var agentSilence: String?
  @Option(help: "Seconds that an agent may take to start.") var agentStart: String?
  @Option(help: "Seconds that an agent may take to stop a turn.") var cancelGrace: String?
  @Option(help: "Seconds that running turns get when the daemon is stopped.") var shutdownGrace: String?
  @Option(help: "trace, debug, info, warning or error.") var logLevel: String?
  @Option(help: "text or json.") var logFormat: String?
  @Option(help: "A JSON file with settings.") var config: String?

  /// The settings that hold: flag over environment over file over default.
  func settings() throws -> Settings {
    let flags: [String: String?] = [
      "data": data, "agents_file": agentsFile, "host": host, "port": port, "allowed_hosts": allowedHosts,
      "allowed_origins": allowedOrigins,
      "agent_idle": agentIdle, "agent_silence": agentSilence, "agent_start": agentStart, "cancel_grace": cancelGrace,
      "shutdown_grace": shutdownGrace, "log_level": logLevel, "log_format": logFormat,
    ]
    return try Settings(
      flags: flags.compactMapValues(\.self), file: config, environment: ProcessInfo.processInfo.environment)
  }
}
