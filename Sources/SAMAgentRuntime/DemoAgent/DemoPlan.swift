// SPDX-License-Identifier: Apache-2.0
internal import SAMACP

/// The demo agent's plan, of which each telling shows one step more as done.
struct DemoPlan {
  private let steps: [String]
  private var done = 0

  /// Makes a plan.
  ///
  /// - Parameters:
  ///   - editing: Whether something is to be changed.
  ///   - command: Whether a command is to be run.
  init(editing: Bool, command: Bool) {
    steps = ["Read the task"] + (editing ? ["Make the change"] : []) + (command ? ["Look at the result"] : [])
  }

  /// The plan as it stands before the next step: at first nothing is done, at last everything.
  mutating func next() -> ACP.Plan {
    defer { done += 1 }
    return ACP.Plan(
      entries: steps.enumerated().map { index, step in
        let status: ACP.PlanEntryStatus = index < done ? .completed : index == done ? .inProgress : .pending
        return ACP.PlanEntry(content: step, priority: .medium, status: status)
      })
  }
}
