// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// `samctl approval`
struct ApprovalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approval",
    abstract: "What agents ask permission for.",
    subcommands: [ApprovalList.self, ApprovalShow.self, ApprovalAnswer.self])
}
