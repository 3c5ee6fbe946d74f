// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient

/// `samctl run`
struct RunTask: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Give an agent work and watch it until it is done.",
    discussion: """
        samctl run "Make the failing test pass" --project shop --agent claude
        samctl run - --detach < task.md
        samctl run "Why does the page look like this?" --file shot.png
        samctl run "Say how you would do it" --set mode=plan

      The agent works on a branch of its own, which is pushed when it is done. Its questions are answered here by a \
      number, or elsewhere: whoever is first. Ctrl-C asks whether to cancel the task or to leave it to itself \
      (detach); a second Ctrl-C, and any without a terminal, detaches.

      The exit status tells how the task ended: 0 completed, 1 failed, 3 cancelled, 6 it waits for a person, 130 \
      detached by Ctrl-C. 'samctl --help' has the whole list.
      """)

  @Argument(help: "What is to be done; '-' reads it from standard input.")
  var prompt: String

  @Option(help: "The project, by name or id. (default: the only one)")
  var project: String?

  @Option(
    help: "The agent, by name. (default: the only one; 'demo', which needs no account, only when there is no other)")
  var agent: String?

  @Option(help: "What to call the task. (default: the prompt's first line)")
  var title: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "How the agent works, beyond its definition: mode, model, effort, or another setting of its own.",
      valueName: "name=value"))
  var settings: [String] = []

  @OptionGroup var attached: AttachmentOptions

  @Flag(help: "Do not watch: print the task's id and leave it to itself.")
  var detach = false

  @OptionGroup var watching: WatchOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let text = prompt == "-" ? try TextFile.standardInput() : prompt
    let attachments = try attached.read()
    let chosen = try Arguments.settings(settings)
    try await common.connect { client, output in
      let body = CreateTaskBody(
        project: try await chooseProject(client), agent: try await chooseAgent(client), prompt: text,
        attachments: attachments, settings: chosen.isEmpty ? nil : chosen, title: title)
      let task = try await client.createTask(body)
      guard !detach, let session = task.session else {
        let follow = task.session.map { "\nFollow it: samctl session attach \($0)" } ?? ""
        return try output.done(task, "\(task.id)\(follow)")
      }
      if !output.isJSON {
        try output.note("Task \(task.id), session \(session), branch \(task.branch ?? "not yet known")")
      }
      try await watching.watch(task, session: session, client, output)
    }
  }

  private func chooseProject(_ client: SAMClient) async throws -> String {
    if let project { return project }
    let names = try await client.all { try await client.projects(cursor: $0) }.filter { $0.state == "active" }.map(
      \.name)
    return try Choice.project(names)
  }

  private func chooseAgent(_ client: SAMClient) async throws -> String {
    if let agent { return agent }
    let names = try await client.all { try await client.agents(cursor: $0) }.filter { $0.state == "active" }.map(\.name)
    return try Choice.agent(names)
  }
}
