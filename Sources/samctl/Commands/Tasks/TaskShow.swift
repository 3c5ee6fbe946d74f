// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMClient
internal import SAMCore

/// `samctl task show`
struct TaskShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one task: where it stands, what it waits for, what came of it.")

  @Argument(help: "The task's id.", transform: Arguments.id)
  var task: TaskID

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let task = try await client.task(task)
      try output.show(task, TaskText.fields(task, output))
    }
  }
}
