// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// `samctl project`
struct ProjectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "project",
    abstract: "The repositories that agents work on.",
    subcommands: [ProjectAdd.self, ProjectList.self, ProjectShow.self, ProjectRemove.self])
}
