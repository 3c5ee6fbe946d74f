// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// `samctl grant`
struct GrantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant",
    abstract: "Answers that stand until they are revoked ('samctl approval answer --for').",
    subcommands: [GrantList.self, GrantRevoke.self])
}
