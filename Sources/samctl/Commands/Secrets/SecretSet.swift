// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Foundation
internal import SAMAPI
internal import SAMClient

/// `samctl secret set`
struct SecretSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Keep a secret; its value comes from standard input.",
    discussion: """
        samctl secret set anthropic < key.txt

      On a terminal the value is asked for and not shown. One line break at the end is not part of it. Agents get it \
      by 'samctl agent add --secret-env VARIABLE=NAME'.
      """)

  @Argument(help: "What you will call it.")
  var name: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let value = isatty(STDIN_FILENO) == 1 ? try HiddenInput.ask("Value of \(name): ") : try TextFile.standardInput()
    let secret = Self.withoutLineBreak(value)
    guard !secret.isEmpty else {
      throw CommandFailure(
        .usage, "The value is empty. Give it on standard input: samctl secret set \(name) < FILE", code: "invalid")
    }
    try await common.connect { client, output in
      try await client.setSecret(name, value: secret)
      try output.done(
        SecretView(name: name),
        "Secret \(name) is kept. Use it: samctl agent add AGENT --secret-env VARIABLE=\(name) -- …")
    }
  }

  /// Editors and `echo` end a text with a line break; keys have none.
  static func withoutLineBreak(_ text: String) -> String {
    var scalars = text.unicodeScalars
    if scalars.last == "\n" { scalars.removeLast() }
    if scalars.last == "\r" { scalars.removeLast() }
    return String(scalars)
  }
}
