// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

extension Watch.Policy: ExpressibleByArgument {}

/// How a running task is watched; for `run` and `session attach`.
struct WatchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How samctl answers when the agent asks for permission: ask you, or allow or deny each time by itself. "
        + "'ask' without a terminal leaves the question open and says how to answer it from elsewhere.",
      valueName: "policy"))
  var approve = Watch.Policy.ask

  @Flag(help: "Without a terminal: end with exit status 6 when the agent's question is open, instead of waiting.")
  var detachOnWait = false

  /// Watches a task until it ends, and ends the process accordingly.
  /// - Parameters:
  ///   - cursor: what is behind it; nil = from the beginning.
  func watch(
    _ task: TaskView, session: SessionID, from cursor: Cursor? = nil, _ client: SAMClient, _ output: Output
  ) async throws {
    let isInteractive = Keyboard.isThere && !output.isJSON
    let mode = Watch.Mode(
      isInteractive: isInteractive, isJSON: output.isJSON, policy: approve, detachesOnWait: detachOnWait)
    let watching = Watching(client: client, output: output, task: task, session: session, mode: mode)
    let status = try await Keyboard.withInterrupts { interrupts in
      do {
        return try await watching.run(
          from: cursor, keyboard: isInteractive ? Keyboard.lines() : nil, interrupts: interrupts)
      } catch let error as SAMClientError where EndStatus(error) == .unreachable && !output.isJSON {
        try output.note("The task goes on where samd runs. Follow it again: samctl session attach \(session)")
        throw error
      }
    }
    if status != .completed { throw ExitCode(status.rawValue) }
  }
}
