// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// `samctl task`
struct TaskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task",
    abstract: "Work that was given to agents. ('samctl run' gives new work.)",
    subcommands: [TaskList.self, TaskShow.self, TaskCancel.self, TaskRetry.self])
}
