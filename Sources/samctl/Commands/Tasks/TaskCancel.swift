// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl task cancel`
struct TaskCancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "End a task. What was done so far stays in its workspace.")

  @Argument(help: "The task's id.", transform: Arguments.id)
  var task: TaskID

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let task = try await client.cancelTask(task)
      try output.done(
        task,
        task.knownState == .cancelled
          ? "The task is cancelled." : "The agent is being told to stop. See how it stands: samctl task show \(task.id)"
      )
    }
  }
}
