// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// `samctl machine`
struct MachineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine", abstract: "The machines that agents run on.", subcommands: [MachineList.self])
}
