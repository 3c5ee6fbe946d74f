// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl machine list`
struct MachineList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the machines.")

  @OptionGroup var list: ListOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let machines = try await client.list(list) { try await client.machines(limit: $0, cursor: $1) }
      try output.list(
        machines, empty: "No machines yet: 'samd serve' registers its own when it starts.",
        Table("NAME", "STATE", "PROVIDER", "ID")
      ) { table, machine in
        table.add(machine.name, machine.state, machine.provider, machine.id.rawValue)
      }
    }
  }
}
