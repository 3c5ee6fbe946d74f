// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMAPI
internal import SAMClient
internal import SAMCore
internal import SAMRPC

/// What the editor's person sets. Before the first prompt there is no session of SAM's: what is chosen goes with that prompt.
extension EditorSession {
  /// Sets the mode.
  func choose(mode: String) async throws { try await choose(settings.modeName, mode) }

  /// Sets an option.
  /// - Returns: all options.
  func choose(_ option: String, _ value: ACP.SessionConfigValue) async throws -> [ACP.SessionConfigOption] {
    switch value {
    case .choice(let id): try await choose(option, id)
    case .boolean(let isOn): try await choose(option, isOn ? "on" : "off")
    case .other: throw RPCError(.invalidParams, "'\(option)' takes the id of a choice, or true or false.")
    }
    return settings.options ?? []
  }

  private func choose(_ name: String, _ value: String) async throws {
    guard let session else {
      try settings.choose(name, value)
      chosen[name] = value
      return
    }
    take(try await client.choose(name, value, in: session).settings)
  }

  /// What was chosen while the task waited for a machine.
  func chooseWhatIsLeft(in session: SessionID) async throws {
    for (name, value) in chosen.sorted(by: { $0.key < $1.key }) {
      take(try await client.choose(name, value, in: session).settings)
    }
    chosen = [:]
  }

  /// What was set, here or elsewhere, or by the agent, has changed: the editor is told, unless it knows.
  func tellSettings() async throws {
    guard let session else { return }
    let before = settings.updates
    take(try await client.session(session).settings)
    let after = settings.updates
    guard after != before else { return }
    for update in after { try await editor.update(id, update) }
  }

  private func take(_ known: [SettingView]?) {
    let new = EditorSettings(known, for: editor.clientCapabilities)
    // Until the agent has started, what is known from its last conversation is all that there is.
    if !new.all.isEmpty { settings = new }
  }
}
