// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient

/// `samctl token create`
struct TokenCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Make a token for a device or program. It is shown this once.",
    discussion: "The token alone goes to standard output: samctl token create ci > token.txt")

  @Argument(help: "What to call it: who will hold it.")
  var name: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let token = try await client.createToken(name: name)
      if output.isJSON { return try output.json(token) }
      try output.line(SafeText.line(token.token))
      try output.note(
        "Keep it now: it is not shown again. Take it back with: samctl token revoke \(token.id)")
    }
  }
}
