// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient
internal import SAMCore

/// `samctl session settings`
struct SessionSettings: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract:
      "Show what a session's agent lets you set: its mode, its model, and the like. Change it with 'session set'.")

  @Argument(help: "The session's id.", transform: Arguments.id)
  var session: SessionID

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.connect { client, output in
      let settings = try await client.session(session).settings
      if output.isJSON { return try output.json(Page(items: settings ?? [])) }
      guard let settings else {
        return try output.line("The agent has not said yet what can be set. It does when it has started.")
      }
      guard !settings.isEmpty else { return try output.line("The agent lets nobody set anything.") }
      var table = Table("NAME", "NOW", "CHOICES")
      for setting in settings {
        table.add(setting.id, setting.now, setting.choices.map(\.value).joined(separator: ", "))
      }
      try output.write(table.text(output.style))
    }
  }
}

extension SettingView {
  /// What holds, and what will, for people.
  var now: String {
    switch (value, next) {
    case (let value?, let next?): "\(value), then \(next)"
    case (nil, let next?): "then \(next)"
    case (let value, nil): value ?? ""
    }
  }
}
