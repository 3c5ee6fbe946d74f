// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// Prints the settings that hold, each with its source.
struct ShowConfiguration: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Print the settings that hold, each with where it comes from.",
    discussion: "A flag wins over the environment, the environment over the file, the file over the default.")

  @OptionGroup var flags: SettingsFlags
  @Flag(help: "Print one JSON object.") var json = false

  func run() async throws {
    let settings = try flags.settings()
    if json {
      let object = settings.values.mapValues { ["value": $0.value, "source": $0.source] }
      let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
      print(String(decoding: data, as: UTF8.self))
      return
    }
    for entry in Settings.entries {
      let (value, source) = settings.values[entry.name] ?? ("", "")
      let name = entry.name.padding(toLength: 16, withPad: " ", startingAt: 0)
      print("\(name) \(value.isEmpty ? "-" : value)  (\(source))")
      print("                 \(entry.help); \(entry.variable)")
    }
  }
}
