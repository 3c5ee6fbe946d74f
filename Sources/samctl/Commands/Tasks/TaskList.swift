// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl task list`
struct TaskList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tasks, newest first.")

  @Option(help: "Only those of a project, by name or id.")
  var project: String?

  @Option(
    help: ArgumentHelp(
      "Only those in a state: \(TaskState.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "state"))
  var state: String?

  @OptionGroup var list: ListOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let state, TaskState(rawValue: state) == nil {
      throw ValidationError("'\(state)' is no state of a task. Choose one of those in 'samctl task list --help'.")
    }
  }

  func run() async throws {
    try await common.connect { client, output in
      let tasks = try await client.list(list) {
        try await client.tasks(project: project, state: state, limit: $0, cursor: $1)
      }
      let isFiltered = project != nil || state != nil
      try output.list(
        tasks, empty: isFiltered ? "No task fits." : "No tasks yet. Give an agent work: samctl run \"…\"",
        Table("ID", "STATE", "AGENT", "AGE", "TITLE")
      ) { table, task in
        table.add(
          task.id.rawValue, task.state, task.agent, Moment.relative(task.createdAt.timestamp, now: output.now()),
          task.title)
      }
    }
  }
}
