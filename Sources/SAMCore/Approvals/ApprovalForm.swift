// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// What an agent wants to know beyond a yes or no: fields that a person fills in, or a web page to open.
///
/// Source of the members: ACP v1, Elicitation. It is never for secrets: what is filled in passes through the agent and its model.
public struct ApprovalForm: Codable, Hashable, Sendable {
  /// The fields, in the order in which to show them.
  public var fields: [FormField]
  /// The page that the person is to open; nil = none.
  public var url: String?

  /// - Parameters: as the properties of the same names.
  public init(fields: [FormField] = [], url: String? = nil) {
    self.fields = fields
    self.url = url
  }

  /// Whether it can be sent as it is: what must be filled in holds something at first, and no page is to be opened.
  public var isFilledIn: Bool { url == nil && fields.allSatisfy { !$0.isRequired || $0.standard != nil } }

  /// What is sent to the agent: what was filled in, and for the rest what the fields hold at first.
  /// - Throws: ``Rejection`` that names the field and says what it takes.
  func filled(with values: [String: FormValue]) throws -> [String: FormValue] {
    let known = fields.map(\.name)
    if let unknown = values.keys.sorted().first(where: { !known.contains($0) }) {
      let names = known.map { "'\($0)'" }.joined(separator: ", ")
      throw Rejection(
        .invalid,
        "there is no field '\(unknown)'; \(known.isEmpty ? "nothing is to be filled in" : "there are \(names)")")
    }
    var filled: [String: FormValue] = [:]
    for field in fields {
      guard let value = values[field.name] ?? field.standard else {
        guard !field.isRequired else { throw Rejection(.invalid, "'\(field.name)' is missing; give \(field.wants)") }
        continue
      }
      guard field.takes(value) else {
        throw Rejection(.invalid, "'\(field.name)' cannot be '\(value.text)'; give \(field.wants)")
      }
      filled[field.name] = value
    }
    return filled
  }
}

/// One field of a form.
public struct FormField: Codable, Hashable, Sendable {
  /// What a field holds.
  public enum Kind: String, Codable, Hashable, Sendable {
    /// Text, or one of the choices.
    case text
    /// A number.
    case number
    /// A whole number.
    case integer
    /// Yes or no.
    case boolean
    /// Some of the choices.
    case choices
  }
  /// A choice with its name for people.
  public struct Choice: Codable, Hashable, Sendable {
    /// What is sent.
    public var value: String
    /// What people read.
    public var title: String

    /// - Parameters: as the properties of the same names.
    public init(value: String, title: String) {
      self.value = value
      self.title = title
    }
  }

  /// The agent's name of it; answers use it.
  public var name: String
  /// What people read; nil = the name.
  public var title: String?
  /// What it means.
  public var description: String?
  /// What it holds.
  public var kind: Kind
  /// Whether it must be filled in.
  public var isRequired: Bool
  /// What can be chosen; nil = anything of the kind.
  public var choices: [Choice]?
  /// The smallest number, the fewest characters, or the fewest choices.
  public var minimum: Double?
  /// The largest number, the most characters, or the most choices.
  public var maximum: Double?
  /// What it holds at first.
  public var standard: FormValue?

  /// - Parameters: as the properties of the same names.
  public init(
    name: String, title: String? = nil, description: String? = nil, kind: Kind, isRequired: Bool = false,
    choices: [Choice]? = nil, minimum: Double? = nil, maximum: Double? = nil, standard: FormValue? = nil
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.kind = kind
    self.isRequired = isRequired
    self.choices = choices
    self.minimum = minimum
    self.maximum = maximum
    self.standard = standard
  }

  private enum CodingKeys: String, CodingKey {
    case name
    case title
    case description
    case kind
    case isRequired = "required"
    case choices
    case minimum
    case maximum
    case standard = "default"
  }

  /// What it takes, in words: `a whole number from 1`, `one of 'red', 'blue'`.
  public var wants: String {
    let names = choices.map { $0.map { "'\($0.value)'" }.joined(separator: ", ") }
    switch kind {
    case .text: return names.map { "one of \($0)" } ?? "a text\(range(of: "characters"))"
    case .number: return "a number\(range(of: nil))"
    case .integer: return "a whole number\(range(of: nil))"
    case .boolean: return "true or false"
    case .choices: return "some of \(names ?? "the choices")\(range(of: "choices"))"
    }
  }

  private func range(of unit: String?) -> String {
    func words(_ number: Double) -> String { FormValue.number(number).text + (unit.map { " \($0)" } ?? "") }
    switch (minimum, maximum) {
    case (let low?, let high?): return " from \(words(low)) to \(words(high))"
    case (let low?, nil): return " from \(words(low))"
    case (nil, let high?): return " to \(words(high))"
    case (nil, nil): return ""
    }
  }

  /// Whether it can hold the value.
  func takes(_ value: FormValue) -> Bool {
    func isChoice(_ text: String) -> Bool { choices?.contains { $0.value == text } ?? true }
    switch (kind, value) {
    case (.text, .text(let text)): return isChoice(text) && isInRange(Double(text.count))
    case (.number, .number(let number)): return isInRange(number)
    case (.number, .integer(let number)), (.integer, .integer(let number)): return isInRange(Double(number))
    case (.boolean, .boolean): return true
    case (.choices, .choices(let texts)):
      return texts.allSatisfy(isChoice) && Set(texts).count == texts.count && isInRange(Double(texts.count))
    default: return false
    }
  }

  private func isInRange(_ number: Double) -> Bool { number >= minimum ?? number && number <= maximum ?? number }

  /// The value that a person means by some words; nil when the field cannot hold it. Choices are separated by commas.
  public func value(of words: String) -> FormValue? {
    let value: FormValue? =
      switch kind {
      case .text: .text(choices?.first { $0.value == words || $0.title == words }?.value ?? words)
      case .number: Double(words).map(FormValue.number)
      case .integer: Int64(words).map(FormValue.integer)
      case .boolean:
        switch words.lowercased() {
        case "true", "yes": .boolean(true)
        case "false", "no": .boolean(false)
        default: nil
        }
      case .choices:
        .choices(
          words.split(separator: ",").map { word in
            let word = word.trimmingCharacters(in: .whitespaces)
            return choices?.first { $0.value == word || $0.title == word }?.value ?? word
          })
      }
    return value.flatMap { takes($0) ? $0 : nil }
  }
}

/// What a field was filled with. As JSON it is the bare value.
public enum FormValue: Codable, Hashable, Sendable {
  /// Text, or one choice.
  case text(String)
  /// A whole number.
  case integer(Int64)
  /// A number.
  case number(Double)
  /// Yes or no.
  case boolean(Bool)
  /// Some choices.
  case choices([String])

  /// Decodes the bare value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else {
      self = .choices(try container.decode([String].self))
    }
  }

  /// Encodes the bare value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .boolean(let value): try container.encode(value)
    case .choices(let value): try container.encode(value)
    }
  }

  /// What people read.
  public var text: String {
    switch self {
    case .text(let value): value
    case .integer(let value): "\(value)"
    case .number(let value): Int64(exactly: value).map(String.init) ?? "\(value)"
    case .boolean(let value): value ? "true" : "false"
    case .choices(let values): values.joined(separator: ", ")
    }
  }
}
