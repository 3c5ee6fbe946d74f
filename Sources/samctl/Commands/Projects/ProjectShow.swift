// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl project show`
struct ProjectShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one project.")

  @Argument(help: "Its name or id.")
  var project: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let project = try await client.project(project)
      try output.show(
        project,
        [
          ("Name", project.name), ("Id", project.id.rawValue), ("State", project.state),
          ("Repository", project.repository), ("Branch", project.defaultBranch ?? "the repository's default branch"),
          ("Added", Moment.relative(project.createdAt.timestamp, now: output.now())),
        ])
    }
  }
}
