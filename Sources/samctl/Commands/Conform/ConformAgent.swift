// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Foundation
internal import SAMAgentRuntime
internal import SAMRPC
internal import SAMTestKit

/// `samctl conform agent`
struct ConformAgent: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "Check an agent: start it, speak to it as a client would, and report on each promise of the protocol.",
    usage: "samctl conform agent [<options>] -- <command> [<arguments> ...]",
    discussion: """
        samctl conform agent --ask "Write a file" -- vibe-acp

      Each check starts the agent anew in an empty folder. It gets the variables that agents of SAM get, and those of \
      --env; it asks its model in earnest. What it does not advertise, and what no prompt was given for, is reported as \
      not applicable. The checks are listed in docs/conformance.md.

      Exit status 0 when no check failed, 1 when one did.
      """)

  @OptionGroup var script: AgentScript

  @Option(name: .customLong("env"), help: ArgumentHelp("Set a variable of its environment.", valueName: "name=value"))
  var environment: [String] = []

  @Option(help: ArgumentHelp("Run only this check; may be given more than once.", valueName: "id"))
  var only: [String] = []

  @Option(help: ArgumentHelp("Write the report to this file too, as JUnit's XML.", valueName: "file"))
  var junit: String?

  @Flag(help: "Print the report as JSON instead of text.")
  var json = false

  @Argument(parsing: .postTerminator, help: "The program and its arguments, after '--'.")
  var command: [String] = []

  func validate() throws {
    guard command.first?.isEmpty == false else {
      throw ValidationError("Say how the agent is started, after '--': samctl conform agent -- COMMAND ARGS…")
    }
    let known = Set(AgentConformance.checks.map(\.id))
    if let unknown = only.first(where: { !known.contains($0) }) {
      throw ValidationError("There is no check '\(unknown)'. The first is \(AgentConformance.checks[0].id).")
    }
    _ = try Arguments.pairs(environment, option: "--env")
  }

  func run() async throws {
    let output = Output.standard(isJSON: json)
    let starter = try GuardedAgentStarter(
      command: command, environment: Arguments.pairs(environment, option: "--env"))
    defer { starter.removeFolder() }
    var isClosed = false
    let report = await AgentConformance.run(
      title: command.joined(separator: " "), starter, prompts: script.prompts, limits: script.limits, only: Set(only)
    ) { result in
      guard !json else { return }
      // Whoever read on has gone; the exit status still tells.
      do { try output.line(result.description) } catch { isClosed = true }
    }
    if let junit { try ReportFile.write(report.junit, to: junit) }
    if json { try output.line(report.json.serializedString()) } else if !isClosed { try output.line(report.summary) }
    if !report.conforms { throw ExitCode(EndStatus.failed.rawValue) }
  }
}

/// What to say to an agent, and how long to wait for it.
struct AgentScript: ParsableArguments {
  @Option(help: "A prompt that has it answer with text; {word} becomes a word to repeat.")
  var say = AgentPrompts().say
  @Option(help: "A prompt that has it ask for permission and then do something.")
  var ask: String?
  @Option(help: "A prompt that keeps it silent for a minute before its first text.")
  var wait: String?
  @Option(help: "A prompt that has it run a tool that takes a minute.")
  var tool: String?
  @Option(help: ArgumentHelp("How long a turn may take.", valueName: "seconds"))
  var turnLimit = 60.0
  @Option(help: ArgumentHelp("How long a cancelled turn may take to end.", valueName: "seconds"))
  var cancelLimit = 5.0
  @Option(help: ArgumentHelp("How long the process may take to end after its input.", valueName: "seconds"))
  var exitLimit = 5.0

  func validate() throws {
    guard min(turnLimit, cancelLimit, exitLimit) > 0 else { throw ValidationError("A limit must be above 0 seconds.") }
  }

  var prompts: AgentPrompts { AgentPrompts(say: say, ask: ask, wait: wait, tool: tool) }

  var limits: AgentLimits {
    var limits = AgentLimits()
    limits.turn = .seconds(turnLimit)
    limits.cancel = .seconds(cancelLimit)
    limits.exit = .seconds(exitLimit)
    return limits
  }
}
