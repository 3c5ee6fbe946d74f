// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC
internal import Synchronization

/// What can be set in one conversation with the demo agent, as long as its process lives.
final class DemoSettings: Sendable {
  private struct State {
    var mode = DemoSettings.ask
    var isTalkative = true
  }

  /// Asks before it edits.
  static let ask = "ask"
  /// Edits without asking.
  static let accept = "accept"

  private static let modes = [
    ACP.SessionConfigChoice(name: "Ask", value: ask, description: "Asks before it edits"),
    ACP.SessionConfigChoice(name: "Accept edits", value: accept, description: "Edits without asking"),
    ACP.SessionConfigChoice(
      name: "Locked", value: "locked", description: "Cannot be chosen, as may happen with any agent"),
  ]

  private let showsToggles: Bool
  private let state = Mutex(State())

  /// - Parameter client: what the client can show.
  init(for client: ACP.ClientCapabilities) { showsToggles = client.session?.configOptions?.boolean != nil }

  /// Whether it asks before it edits.
  var asks: Bool { state.withLock { $0.mode == Self.ask } }
  /// Whether it thinks aloud.
  var isTalkative: Bool { state.withLock { $0.isTalkative } }

  /// The options as they are.
  var options: [ACP.SessionConfigOption] {
    let state = state.withLock { $0 }
    let mode = ACP.SessionConfigOption(
      id: "mode", name: "Mode", type: .select, currentValue: .choice(state.mode), options: Self.modes, category: .mode)
    let thoughts = ACP.SessionConfigOption(
      id: "thoughts", name: "Thoughts", type: .boolean, currentValue: .boolean(state.isTalkative),
      description: "Whether it thinks aloud")
    return showsToggles ? [mode, thoughts] : [mode]
  }

  /// Sets an option.
  /// - Throws: `RPCError` when there is none of that name and kind.
  func set(_ option: ACP.SessionConfigID, to value: ACP.SessionConfigValue) throws {
    switch (option.rawValue, value) {
    case ("mode", .choice(let mode)) where mode == Self.ask || mode == Self.accept: state.withLock { $0.mode = mode }
    case ("thoughts", .boolean(let isOn)): state.withLock { $0.isTalkative = isOn }
    default: throw RPCError(.invalidParams, "The demo agent's '\(option)' cannot be set to that.")
    }
  }
}
