// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Foundation
internal import SAMClient

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where samd listens, for example http://127.0.0.1:7777.", valueName: "url"))
  var server: String?

  @Option(help: "What samd knows you by. Others on this machine can see options: prefer SAM_TOKEN or 'samctl login'.")
  var token: String?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  /// Where this command's words go.
  var output: Output { Output.standard(isJSON: json) }

  /// Which samd this command talks to.
  func settings() throws -> Settings { try Self.settings(server: server, token: token) }

  /// The same, by what the command line said of it.
  static func settings(server: String?, token: String?) throws -> Settings {
    let environment = ProcessInfo.processInfo.environment
    let places = Places(environment: environment)
    return try Settings.resolve(
      server: server, token: token, environment: environment, login: Login.load(from: places.loginFile),
      local: Login.local(places), places: places)
  }

  /// Runs `body` with a connection to samd.
  func connect(_ body: (SAMClient, Output) async throws -> Void) async throws {
    let settings = try settings()
    try await SAMClient.withClient(endpoint: settings.server, token: settings.token) { client in
      try await body(client, output)
    }
  }
}
