// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl task retry`
struct TaskRetry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Begin a failed or cancelled task again, from the start, in a new session.")

  @Argument(help: "The task's id.", transform: Arguments.id)
  var task: TaskID

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let task = try await client.retryTask(task)
      let follow = task.session.map { " Follow it: samctl session attach \($0)" } ?? ""
      try output.done(task, "Attempt \(task.attempt) has begun.\(follow)")
    }
  }
}
