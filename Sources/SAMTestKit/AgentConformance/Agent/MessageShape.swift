// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// Compares a typed message with the protocol, to its last member.
struct MessageShape {
  /// What does not fit the protocol.
  private(set) var faults: [String] = []
  /// Members that the protocol does not have, or whose values do not fit.
  private(set) var foreign: [String] = []

  /// Reads what a message holds.
  ///
  /// - Parameters:
  ///   - place: What it is, for the words.
  ///   - json: Its parameters or its result.
  ///   - read: Makes it typed.
  init(_ place: String, _ json: JSONValue, _ read: ACPMethod.Reader) {
    let value: any ACPObject
    do { value = try read(json) } catch {
      faults = ["\(place): \(error)"]
      return
    }
    walk(Mirror(reflecting: value), place)
  }

  /// What the unstable part of the protocol has, or had: no fault of who sends it.
  private static let unstableMembers: Set<String> = ["name"]
  private static let unstableKinds: Set<String> = [
    "plan_update", "plan_removed", "notice", "compaction_update", "compaction_summary_chunk",
  ]

  private mutating func walk(_ mirror: Mirror, _ place: String) {
    for child in mirror.children {
      let inner = child.label.map { $0.hasPrefix("some") || $0.hasPrefix(".") ? place : "\(place).\($0)" } ?? place
      switch child.value {
      case let extras as ACP.Extras:
        for (key, value) in extras.unknown where !Self.isDefault(value) && !Self.unstableMembers.contains(key) {
          foreign.append("\(place) has “\(key)”: \(Self.short(value))")
        }
      case let raw as JSONValue where child.label == "other": note(raw, place)
      case is JSONValue: break
      case let word as any ACPString: check(word, inner)
      default: walk(Mirror(reflecting: child.value), inner)
      }
    }
  }

  /// A union that could not be read, with what is known of the reason.
  private mutating func note(_ raw: JSONValue, _ place: String) {
    let kind = raw["sessionUpdate"] ?? raw["type"]
    if let kind = kind?.stringValue, Self.unstableKinds.contains(kind) { return }
    faults.append("\(place) is of no kind that the protocol knows, or does not fit its kind: \(Self.short(raw))")
  }

  private mutating func check(_ word: any ACPString, _ place: String) {
    let known: Set<String>? =
      switch word {
      case is ACP.StopReason: Set(ACP.StopReason.known.map(\.rawValue))
      case is ACP.ToolKind:
        ["read", "edit", "delete", "move", "search", "execute", "think", "fetch", "switch_mode", "other"]
      case is ACP.ToolCallStatus: ["pending", "in_progress", "completed", "failed"]
      case is ACP.PlanEntryPriority: ["high", "medium", "low"]
      case is ACP.PlanEntryStatus: ["pending", "in_progress", "completed"]
      case is ACP.PermissionOptionKind: ["allow_once", "allow_always", "reject_once", "reject_always"]
      case is ACP.SessionConfigType: ["select", "boolean"]
      default: nil
      }
    if let known, !known.contains(word.rawValue) {
      faults.append("\(place) is “\(word.rawValue)”, which is no word of the protocol")
    }
  }

  /// A default that was written out.
  private static func isDefault(_ value: JSONValue) -> Bool {
    value.isNull || value == false || value == [] || value == [:]
      || value.objectValue?.values.allSatisfy(isDefault) == true
  }

  private static func short(_ value: JSONValue) -> String {
    let text = value.serializedString()
    return text.count > 160 ? "\(text.prefix(160))…" : text
  }
}
