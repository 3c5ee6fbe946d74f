// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import SAMAgentRuntime

/// `samd adapter codex`
struct RunCodex: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codex",
    abstract: "Be Codex' ACP agent: runs the program 'codex', which must be installed.",
    discussion: """
      The program gets this process' environment. It needs a login on this machine ('codex login'), or a key: \
      CODEX_API_KEY or OPENAI_API_KEY, which Codex then keeps in its own folder (CODEX_HOME).
      """)

  @Option(help: "The program: a name on the PATH, or a path.") var program = "codex"

  func run() async throws {
    try await CodexAgent.runOnStandardIO(
      program: program, environment: ProcessInfo.processInfo.environment, guardExecutable: ProcessGuard.ownExecutable)
  }
}
