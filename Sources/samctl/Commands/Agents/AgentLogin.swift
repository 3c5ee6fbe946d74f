// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Foundation
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl agent login`
struct AgentLogin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Log an agent in by a way of its own: its program in this terminal, or the agent itself.",
    discussion: """
      A login in a terminal belongs to this user on this machine: run it where samd runs, as the user that samd runs as. \
      An agent with an --auth-file is logged in in an empty home folder, and \
      what the login leaves there becomes the secret. An agent that takes a key needs none: give it one with 'samctl agent add --secret-env'.
      """)

  @Argument(help: "The agent's name.")
  var name: String

  @Argument(help: "The agent's name for the way; may be left out when there is only one.")
  var login: String?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let check = try await client.checkAgent(name)
      guard let logins = check.logins else {
        throw CommandFailure(
          .failed, check.problem ?? "Agent '\(name)' has no login of its own: it works as it is, or wants a key.",
          code: "no_login")
      }
      let chosen = try choose(logins)
      if let command = chosen.command {
        let files = try await client.agent(name).files?.filter { $0.secret != nil } ?? []
        guard !files.isEmpty else { return try become(command, chosen.environment ?? [:]) }
        for (secret, value) in try LoginHome(files).values(after: command, chosen.environment ?? [:]) {
          try await client.setSecret(secret, value: value)
          try output.note("The login is kept as secret '\(secret)'.")
        }
        return try output.done(check, "Agent '\(name)' is logged in.")
      }
      let done = try await client.logIn(name, by: chosen.id)
      guard done.works else {
        throw CommandFailure(.failed, done.problem ?? "The login did not work.", code: "login_failed")
      }
      try output.done(done, "Agent '\(name)' is logged in.")
    }
  }

  private func choose(_ logins: [SAMCore.AgentLogin]) throws -> SAMCore.AgentLogin {
    if let login, let chosen = logins.first(where: { $0.id == login }) { return chosen }
    if login == nil, logins.count == 1 { return logins[0] }
    let known = logins.map { "  \(SafeText.line($0.id))  \(SafeText.line($0.description ?? $0.name))" }
    throw ValidationError(
      (login.map { "Agent '\(name)' has no login '\($0)'. " } ?? "") + "Choose one:\n" + known.joined(separator: "\n"))
  }

  /// Makes this process the login's program: the terminal is its own, and its exit status counts.
  private func become(_ command: [String], _ environment: [String: String]) throws {
    for (name, value) in environment { setenv(name, value, 1) }
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    execvp(command[0], &arguments)
    throw CommandFailure(
      .failed,
      "'\(command[0])' cannot be run here: \(String(cString: strerror(errno))). Run this on samd's machine: "
        + command.joined(separator: " "), code: "login_failed")
  }
}
