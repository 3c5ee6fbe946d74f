// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC

/// What stands for what between a recording and its replay, and how messages are compared with that.
struct ReplayNames {
  /// Where a recorded message and one that came differ.
  struct Place {
    var place: String
    var expected: String
    var found: String
  }

  /// Members that are chance or belong to whoever the peer is.
  private static let volatile: Set<String> = [
    "_meta", "updatedAt", "clientInfo", "agentInfo", "jsonrpc", "id", "requestId",
  ]
  /// Members that hold a name which each run makes anew.
  private static let made: Set<String> = ["sessionId", "terminalId"]

  private let folder: String?
  /// Recorded names and those of now.
  private var known: [String: String] = [:]
  /// The folder that was recorded, and the one of now.
  private var folders: (recorded: String, now: String)?
  /// The peer's requests: the recorded id and the id of now.
  private var requests: [JSONValue: JSONValue] = [:]

  /// - Parameter folder: the session's folder now, where this side names it.
  init(folder: String?) { self.folder = folder }

  /// Notes the folder that this side's next message names.
  mutating func learnFolder(_ message: JSONValue) {
    guard folders == nil, let folder, let cwd = message["params"]?["cwd"]?.stringValue else { return }
    folders = (cwd, folder)
  }

  /// Notes what stands for what in a message of the peer.
  mutating func learn(_ expected: JSONValue, _ found: JSONValue) {
    if let id = expected["id"], expected["method"] != nil { requests[id] = found["id"] }
    if folders == nil, let recorded = expected["params"]?["cwd"]?.stringValue,
      let now = found["params"]?["cwd"]?.stringValue
    {
      folders = (recorded, now)
    }
    walk(expected, found)
  }

  private mutating func walk(_ expected: JSONValue, _ found: JSONValue) {
    switch (expected, found) {
    case (.object(let expected), .object(let found)):
      for (name, value) in expected {
        guard let other = found[name] else { continue }
        if Self.made.contains(name), let old = value.stringValue, let new = other.stringValue {
          if known[old] == nil { known[old] = new }
        } else {
          walk(value, other)
        }
      }
    case (.array(let expected), .array(let found)): for (left, right) in zip(expected, found) { walk(left, right) }
    default: break
    }
  }

  /// A recorded message as this side sends it now.
  func outgoing(_ message: JSONValue) -> JSONValue {
    guard var object = incoming(message).objectValue else { return message }
    if object["method"] == nil, let id = object["id"], let now = requests[id] { object["id"] = now }
    return .object(object)
  }

  /// A recorded value with the names of now.
  func incoming(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text):
      if let now = known[text] { return .string(now) }
      guard let folders, text.contains(folders.recorded) else { return value }
      return .string(text.replacing(folders.recorded, with: folders.now))
    case .array(let items): return .array(items.map(incoming))
    case .object(let object): return .object(object.mapValues(incoming))
    default: return value
    }
  }

  /// Where two messages mean something else.
  func compare(_ expected: JSONValue, _ found: JSONValue) -> [Place] {
    var places: [Place] = []
    compare(incoming(expected), found, "", &places)
    return places
  }

  private func compare(_ expected: JSONValue, _ found: JSONValue, _ place: String, _ places: inout [Place]) {
    switch (expected, found) {
    case (.object(let left), .object(let right)):
      for name in Set(left.keys).union(right.keys).sorted() where !Self.volatile.contains(name) {
        // Absent and null say the same.
        compare(left[name] ?? .null, right[name] ?? .null, place.isEmpty ? name : "\(place).\(name)", &places)
      }
    case (.array(let left), .array(let right)) where left.count == right.count:
      for (index, pair) in zip(left, right).enumerated() { compare(pair.0, pair.1, "\(place)[\(index)]", &places) }
    default:
      if expected != found {
        places.append(Place(place: place, expected: Self.show(expected), found: Self.show(found)))
      }
    }
  }

  private static func show(_ value: JSONValue) -> String {
    let text = value.serializedString()
    return text.count <= 200 ? text : text.prefix(199) + "…"
  }
}
