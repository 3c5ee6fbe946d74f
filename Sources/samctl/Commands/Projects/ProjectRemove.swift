// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient

/// `samctl project remove`
struct ProjectRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a project. The repository and the project's tasks stay.")

  @Argument(help: "Its name or id.")
  var project: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let project = try await client.removeProject(project)
      try output.done(project, "Removed project \(project.name). Its repository and its tasks are as they were.")
    }
  }
}
