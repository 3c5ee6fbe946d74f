// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What can be set in a conversation: the permission mode and the model.
struct ClaudeSettings: Sendable, Equatable {
  /// The mode in which the program asks before it changes anything.
  static let standardMode = "default"
  /// The mode in which it asks for nothing.
  static let bypass = "bypassPermissions"

  /// The mode, as it is now.
  var mode: String
  /// The model, as it is now: one of ``models``, or what the environment names.
  var model: String
  /// The models that the program offers, by the value that it takes.
  let models: [Model]
  /// Whether the mode without any checks may be chosen.
  let offersBypass: Bool

  struct Model: Sendable, Equatable {
    var value: String
    var name: String
    var description: String?
  }

  /// Reads the program's answer to `initialize`.
  init(_ answer: JSONValue, mode: String, model: String?, offersBypass: Bool) {
    let offered = (answer["models"]?.arrayValue ?? []).compactMap { entry -> Model? in
      guard let value = entry["value"]?.stringValue else { return nil }
      return Model(
        value: value, name: entry["displayName"]?.stringValue ?? value, description: entry["description"]?.stringValue)
    }
    let current = model ?? offered.first?.value ?? "default"
    let isOffered = offered.contains { $0.value == current }
    models = isOffered ? offered : [Model(value: current, name: current)] + offered
    self.mode = mode
    self.model = current
    self.offersBypass = offersBypass
  }

  /// The modes as ACP has them.
  var modes: ACP.SessionModeState {
    ACP.SessionModeState(currentModeID: .init(rawValue: mode), availableModes: available)
  }

  private var available: [ACP.SessionMode] {
    var modes: [ACP.SessionMode] = [
      .init(id: .init(rawValue: Self.standardMode), name: "Ask", description: "Asks before it edits or runs anything"),
      .init(id: "acceptEdits", name: "Accept edits", description: "Edits files without asking"),
      .init(id: "plan", name: "Plan", description: "Reads and plans, and changes nothing"),
    ]
    if offersBypass {
      modes.append(
        .init(id: .init(rawValue: Self.bypass), name: "No checks", description: "Does everything without asking"))
    }
    return modes
  }

  /// The same and the model as options.
  var options: [ACP.SessionConfigOption] {
    let modes = available.map {
      ACP.SessionConfigChoice(name: $0.name, value: $0.id.rawValue, description: $0.description)
    }
    let models = models.map {
      ACP.SessionConfigChoice(name: $0.name, value: $0.value, description: $0.description)
    }
    return [
      .init(
        id: "mode", name: "Mode", type: .select, currentValue: .choice(mode), options: modes, category: .mode),
      .init(
        id: "model", name: "Model", type: .select, currentValue: .choice(model), options: models, category: .model),
    ]
  }

  /// Whether a mode may be chosen.
  func allows(mode: String) -> Bool { available.contains { $0.id.rawValue == mode } }

  /// Whether the answer to `initialize` says that the program has no credentials.
  static func isLoggedOut(_ answer: JSONValue) -> Bool {
    guard let account = answer["account"], account["apiProvider"]?.stringValue ?? "firstParty" == "firstParty" else {
      return false
    }
    let sources = ["tokenSource", "apiKeySource"].compactMap { account[$0]?.stringValue }
    return !sources.isEmpty && sources.allSatisfy { $0 == "none" }
  }

  /// The commands of the program, which a person begins with a slash.
  static func commands(_ answer: JSONValue) -> [ACP.AvailableCommand] {
    (answer["commands"]?.arrayValue ?? []).compactMap { command in
      guard let name = command["name"]?.stringValue else { return nil }
      let hint = command["argumentHint"]?.stringValue ?? ""
      return .init(
        name: name, description: oneLine(command["description"]?.stringValue ?? "", limit: 200),
        input: hint.isEmpty ? nil : .init(hint: hint))
    }
  }
}
