// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl project list`
struct ProjectList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the projects.")

  @OptionGroup var list: ListOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let projects = try await client.list(list) { try await client.projects(limit: $0, cursor: $1) }
      try output.list(
        projects, empty: "No projects yet. Add one: samctl project add NAME REPOSITORY",
        Table("NAME", "REPOSITORY", "BRANCH", "ADDED", "ID")
      ) { table, project in
        table.add(
          project.name, project.repository, project.defaultBranch ?? "(default)",
          Moment.relative(project.createdAt.timestamp, now: output.now()), project.id.rawValue)
      }
    }
  }
}
