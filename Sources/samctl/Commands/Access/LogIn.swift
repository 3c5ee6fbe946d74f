// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Foundation
internal import SAMClient

/// `samctl login`
struct LogIn: AsyncParsableCommand {
  private struct Answer: Encodable {
    let server: String
    let file: String
  }

  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Remember a samd and the token for it.",
    discussion: """
      Without options: the samd of this machine, by what it left in its data directory (SAM_DATA, by default \
      ~/.local/share/sam). For one elsewhere, make a token there with 'samctl token create NAME', then here:

        samctl login --server https://sam.example.org --token-file -

      The login is checked, and stored in ~/.config/sam/samctl.json, which only you can read.
      """)

  @Option(help: ArgumentHelp("Read the token from a file; '-' is standard input.", valueName: "file"))
  var tokenFile: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if tokenFile != nil, common.token != nil { throw ValidationError("Give --token or --token-file, not both.") }
  }

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let places = Places(environment: environment)
    // What an earlier login stored is not asked: this one takes its place.
    let settings = try Settings.resolve(
      server: common.server, token: try givenToken(), environment: environment, login: nil,
      local: Login.local(places), places: places)
    guard let token = settings.token else {
      throw CommandFailure(
        .usage,
        "There is no token for \(settings.server). Make one there with 'samctl token create NAME', and give it "
          + "with --token-file.", code: "no_token")
    }
    let endpoint = try await SAMClient.withClient(endpoint: settings.server, token: token) { client in
      _ = try await client.health()
      _ = try await client.projects(limit: 1)
      return client.endpoint
    }
    let login = Login(server: endpoint.description, token: token)
    try login.store(in: places.loginFile)
    let output = common.output
    try output.done(
      Answer(server: login.server, file: places.loginFile),
      "Logged in to \(login.server); stored in \(places.loginFile).")
    if !endpoint.isSecure, !endpoint.isLoopback, !output.isJSON {
      try output.note("Careful: the token goes to \(endpoint.host) unencrypted. Use https, or an SSH tunnel.")
    }
  }

  private func givenToken() throws -> String? {
    guard let tokenFile else { return common.token }
    if tokenFile == "-" { return try TextFile.standardInput() }
    guard let text = try TextFile.read(tokenFile) else {
      throw CommandFailure(.usage, "There is no file '\(tokenFile)'.", code: "not_found")
    }
    return text
  }
}
