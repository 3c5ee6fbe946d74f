// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import SAMAgentRuntime

/// `samd adapter claude-code`
struct RunClaudeCode: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claude-code",
    abstract: "Be Claude Code's ACP agent: runs the program 'claude', which must be installed.",
    discussion: """
      The program gets this process' environment. It needs credentials there (ANTHROPIC_API_KEY, or \
      CLAUDE_CODE_OAUTH_TOKEN from 'claude setup-token'), or a login on this machine.
      """)

  @Option(help: "The program: a name on the PATH, or a path.") var program = "claude"
  @Flag(help: "Offer the mode in which nothing is asked (bypassPermissions).") var offerBypass = false

  func run() async throws {
    try await ClaudeCodeAgent.runOnStandardIO(
      program: program, offersBypass: offerBypass, environment: ProcessInfo.processInfo.environment,
      guardExecutable: ProcessGuard.ownExecutable)
  }
}
