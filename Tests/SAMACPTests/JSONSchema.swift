// SPDX-License-Identifier: Apache-2.0
import SAMRPC

/// A validator for the keywords of JSON Schema 2020-12 that the protocol's schema uses.
struct JSONSchema {
  private let root: JSONValue

  init(_ root: JSONValue) { self.root = root }

  /// Keywords that say nothing about validity, or that only help generators.
  private static let annotations: Set<String> = [
    "$schema", "$defs", "$id", "title", "description", "default", "examples", "deprecated", "discriminator", "format",
    "unevaluatedProperties",
  ]

  /// The faults of a value, each with its place.
  func faults(of value: JSONValue, as definition: String) -> [String] {
    guard let schema = root["$defs"]?[definition] else { return ["there is no definition \(definition)"] }
    return faults(value, schema, at: definition)
  }

  private func faults(_ value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
    if case .bool(let valid) = schema { return valid ? [] : ["\(place): nothing is allowed here"] }
    guard case .object(let keywords) = schema else { return ["\(place): the schema is no object"] }
    return keywords.flatMap { check($0.key, $0.value, keywords, value, place) }
  }

  private func check(
    _ keyword: String, _ rule: JSONValue, _ keywords: JSONObject, _ value: JSONValue, _ place: String
  ) -> [String] {
    switch keyword {
    case "$ref":
      let name = rule.stringValue?.split(separator: "/").last.map(String.init) ?? ""
      return faults(of: value, as: name).map { "\(place) > \($0)" }
    case "type":
      let names = rule.arrayValue ?? [rule]
      return names.contains { hasType(value, $0.stringValue ?? "") } ? [] : ["\(place): is no \(rule): \(value)"]
    case "const": return value == rule ? [] : ["\(place): is not \(rule)"]
    case "enum": return rule.arrayValue?.contains(value) == true ? [] : ["\(place): is none of \(rule)"]
    case "minimum", "maximum":
      guard let number = value.doubleValue, let bound = rule.doubleValue else { return [] }
      return (keyword == "minimum" ? number >= bound : number <= bound) ? [] : ["\(place): \(keyword) is \(bound)"]
    case "allOf": return (rule.arrayValue ?? []).flatMap { faults(value, $0, at: place) }
    case "anyOf", "oneOf":
      let results = (rule.arrayValue ?? []).map { faults(value, $0, at: place) }
      let valid = results.count { $0.isEmpty }
      if keyword == "anyOf" ? valid >= 1 : valid == 1 { return [] }
      return ["\(place): \(valid) of \(results.count) alternatives (\(keyword)) hold"]
        + results.flatMap { $0.prefix(2) }
    case "not": return faults(value, rule, at: place).isEmpty ? ["\(place): must not be \(rule)"] : []
    case "required", "properties", "additionalProperties": return object(keyword, rule, keywords, value, place)
    case "items":
      return (value.arrayValue ?? []).enumerated().flatMap { faults($1, rule, at: "\(place)[\($0)]") }
    case _ where keyword.hasPrefix("x-") || Self.annotations.contains(keyword): return []
    default: return ["\(place): the validator does not know the keyword \(keyword)"]
    }
  }

  private func object(
    _ keyword: String, _ rule: JSONValue, _ keywords: JSONObject, _ value: JSONValue, _ place: String
  ) -> [String] {
    guard case .object(let members) = value else { return [] }
    switch keyword {
    case "required":
      return (rule.arrayValue ?? []).compactMap(\.stringValue).filter { members[$0] == nil }
        .map { "\(place): \($0) is missing" }
    case "properties":
      return (rule.objectValue ?? [:]).flatMap { name, schema in
        members[name].map { faults($0, schema, at: "\(place).\(name)") } ?? []
      }
    default:
      let known = keywords["properties"]?.objectValue?.keys
      return members.filter { known?.contains($0.key) != true }
        .flatMap { faults($0.value, rule, at: "\(place).\($0.key)") }
    }
  }

  private func hasType(_ value: JSONValue, _ name: String) -> Bool {
    switch name {
    case "null": value.isNull
    case "boolean": value.boolValue != nil
    case "string": value.stringValue != nil
    case "array": value.arrayValue != nil
    case "object": value.objectValue != nil
    case "number": value.doubleValue != nil
    case "integer": value.int64Value != nil || value.uint64Value != nil
    default: false
    }
  }
}
