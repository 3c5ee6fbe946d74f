// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Foundation
internal import SAMAPI
internal import SAMClient

/// `samctl project add`
struct ProjectAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add a repository.",
    discussion: """
      Agents work in clones of their own and push branches named sam/…; the branch that work starts from is never \
      pushed to. A path is one on samd's machine.
      """)

  @Argument(help: "What you will call it.")
  var name: String

  @Argument(help: "A path, an https address or an ssh address.")
  var repository: String

  @Option(help: "The branch that work starts from. (default: the repository's own default branch)")
  var branch: String?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let address = Self.absolute(repository, folder: FileManager.default.currentDirectoryPath)
      let body = CreateProjectBody(name: name, repository: address, defaultBranch: branch)
      let project = try await client.addProject(body)
      try output.done(
        project,
        "Added project \(project.name) (\(project.id)).\nGive it work: samctl run \"…\" --project \(project.name)")
    }
  }

  /// samd has another working directory, so what is a path for the person must be one for samd.
  static func absolute(_ repository: String, folder: String) -> String {
    let isPath =
      repository == "." || repository == ".." || repository.hasPrefix("./") || repository.hasPrefix("../")
      || (!repository.contains(":") && !repository.hasPrefix("/") && !repository.hasPrefix("~"))
    guard isPath else { return repository }
    return URL(filePath: folder + "/" + repository).standardized.path
  }
}
