// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import SAMAgentRuntime

/// The bundled agent: deterministic, without a model or a key.
struct RunDemoAgent: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo-agent", abstract: "Be the bundled demo agent: ACP on standard input and output.")

  @Flag(help: "Do not offer to load earlier conversations, as some agents do not.")
  var forgetful = false

  @Flag(help: "Take nothing but text and links in a prompt, as some agents do.")
  var plain = false

  @Flag(help: "Want a login, as some agents do.")
  var wantsLogin = false

  @Flag(help: "Log in, and end.")
  var logIn = false

  func run() async throws {
    if logIn {
      try DemoAgent.logIn(environment: ProcessInfo.processInfo.environment)
      return print("The demo agent is logged in.")
    }
    try await DemoAgent.runOnStandardIO(
      environment: ProcessInfo.processInfo.environment,
      traits: DemoAgent.Traits(isForgetful: forgetful, isPlain: plain, wantsLogin: wantsLogin))
  }
}
