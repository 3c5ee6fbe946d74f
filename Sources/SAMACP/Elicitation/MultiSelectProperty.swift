// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// A field for some of several choices.
  public struct MultiSelectProperty: ACPObject {
    /// The name for people.
    public var title: String?
    /// What it means.
    public var description: String?
    /// The fewest.
    public var minItems: UInt64?
    /// The most.
    public var maxItems: UInt64?
    /// The choices.
    public var items: ElicitationChoices
    /// What is chosen at first.
    public var standard: [String]?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      title: String? = nil, description: String? = nil, minItems: UInt64? = nil, maxItems: UInt64? = nil,
      items: ElicitationChoices, standard: [String]? = nil
    ) {
      self.title = title
      self.description = description
      self.minItems = minItems
      self.maxItems = maxItems
      self.items = items
      self.standard = standard
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      title = reader.optional("title")
      description = reader.optional("description")
      minItems = reader.optional("minItems")
      maxItems = reader.optional("maxItems")
      items = try reader.required("items")
      standard = reader.optional("default")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("title", title)
      writer.optional("description", description)
      writer.optional("minItems", minItems)
      writer.optional("maxItems", maxItems)
      writer.required("items", items)
      writer.optional("default", standard)
      writer.rest(extras)
    }
  }

  /// The choices of a field for several.
  public struct ElicitationChoices: ACPObject {
    /// `string` when the choices have no names.
    public var type: String?
    /// The choices, when they have no names.
    public var choices: [String]?
    /// The choices with their names.
    public var titledChoices: [ElicitationChoice]?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(type: String? = nil, choices: [String]? = nil, titledChoices: [ElicitationChoice]? = nil) {
      self.type = type
      self.choices = choices
      self.titledChoices = titledChoices
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      type = reader.optional("type")
      choices = reader.optional("enum")
      titledChoices = reader.optional("anyOf")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("type", type)
      writer.optional("enum", choices)
      writer.optional("anyOf", titledChoices)
      writer.rest(extras)
    }
  }

  /// A choice with its name.
  public struct ElicitationChoice: ACPObject {
    /// What is sent.
    public var value: String
    /// The name for people.
    public var title: String
    /// What it means.
    public var description: String?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(value: String, title: String, description: String? = nil) {
      self.value = value
      self.title = title
      self.description = description
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      value = try reader.required("const")
      title = try reader.required("title")
      description = reader.optional("description")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("const", value)
      writer.required("title", title)
      writer.optional("description", description)
      writer.rest(extras)
    }
  }
}
