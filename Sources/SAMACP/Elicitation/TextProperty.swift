// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// A field of text, or one of some choices.
  public struct TextProperty: ACPObject {
    /// The name for people.
    public var title: String?
    /// What it means.
    public var description: String?
    /// The fewest characters.
    public var minLength: UInt64?
    /// The most characters.
    public var maxLength: UInt64?
    /// A regular expression that the text matches.
    public var pattern: String?
    /// What kind of text.
    public var format: ElicitationFormat?
    /// What it holds at first.
    public var standard: String?
    /// The choices, when they have no names.
    public var choices: [String]?
    /// The choices with their names.
    public var titledChoices: [ElicitationChoice]?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      title: String? = nil, description: String? = nil, minLength: UInt64? = nil, maxLength: UInt64? = nil,
      pattern: String? = nil, format: ElicitationFormat? = nil, standard: String? = nil, choices: [String]? = nil,
      titledChoices: [ElicitationChoice]? = nil
    ) {
      self.title = title
      self.description = description
      self.minLength = minLength
      self.maxLength = maxLength
      self.pattern = pattern
      self.format = format
      self.standard = standard
      self.choices = choices
      self.titledChoices = titledChoices
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      title = reader.optional("title")
      description = reader.optional("description")
      minLength = reader.optional("minLength")
      maxLength = reader.optional("maxLength")
      pattern = reader.optional("pattern")
      format = reader.optional("format")
      standard = reader.optional("default")
      choices = reader.optional("enum")
      titledChoices = reader.optional("oneOf")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("title", title)
      writer.optional("description", description)
      writer.optional("minLength", minLength)
      writer.optional("maxLength", maxLength)
      writer.optional("pattern", pattern)
      writer.optional("format", format)
      writer.optional("default", standard)
      writer.optional("enum", choices)
      writer.optional("oneOf", titledChoices)
      writer.rest(extras)
    }
  }
}
