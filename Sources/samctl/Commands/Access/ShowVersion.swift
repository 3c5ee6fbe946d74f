// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient

/// `samctl version`
struct ShowVersion: AsyncParsableCommand {
  private struct Answer: Encodable {
    let samctl: String
    var server: String?
    var samd: String?
    var api: Int?
  }

  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Show the versions of samctl and, where it is reachable, of samd.")

  @OptionGroup var common: CommonOptions

  func run() async throws {
    var answer = Answer(samctl: SAMVersion.current)
    var problem: String?
    do {
      let settings = try common.settings()
      answer.server = settings.server
      let health = try await SAMClient.withClient(endpoint: settings.server, token: nil) { try await $0.health() }
      answer.samd = health.version
      answer.api = health.api
    } catch let error as SAMClientError {
      problem = error.message
    } catch let error as CommandFailure where error.status == .unreachable {
      problem = error.message
    }
    let output = common.output
    if output.isJSON { return try output.json(answer) }
    try output.line("samctl \(SAMVersion.current) (API \(APIVersion.current))")
    if let samd = answer.samd, let api = answer.api, let server = answer.server {
      try output.line("samd   \(SafeText.line(samd)) (API \(api)) at \(server)")
    }
    if let problem { try output.note(problem) }
  }
}
