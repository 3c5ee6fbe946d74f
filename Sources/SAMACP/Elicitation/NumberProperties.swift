// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// A field for a number.
  public struct NumberProperty: ACPObject {
    /// The name for people.
    public var title: String?
    /// What it means.
    public var description: String?
    /// The smallest.
    public var minimum: Double?
    /// The largest.
    public var maximum: Double?
    /// What it holds at first.
    public var standard: Double?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      title: String? = nil, description: String? = nil, minimum: Double? = nil, maximum: Double? = nil,
      standard: Double? = nil
    ) {
      self.title = title
      self.description = description
      self.minimum = minimum
      self.maximum = maximum
      self.standard = standard
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      title = reader.optional("title")
      description = reader.optional("description")
      minimum = reader.optional("minimum")
      maximum = reader.optional("maximum")
      standard = reader.optional("default")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("title", title)
      writer.optional("description", description)
      writer.optional("minimum", minimum)
      writer.optional("maximum", maximum)
      writer.optional("default", standard)
      writer.rest(extras)
    }
  }

  /// A field for a whole number.
  public struct IntegerProperty: ACPObject {
    /// The name for people.
    public var title: String?
    /// What it means.
    public var description: String?
    /// The smallest.
    public var minimum: Int64?
    /// The largest.
    public var maximum: Int64?
    /// What it holds at first.
    public var standard: Int64?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      title: String? = nil, description: String? = nil, minimum: Int64? = nil, maximum: Int64? = nil,
      standard: Int64? = nil
    ) {
      self.title = title
      self.description = description
      self.minimum = minimum
      self.maximum = maximum
      self.standard = standard
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      title = reader.optional("title")
      description = reader.optional("description")
      minimum = reader.optional("minimum")
      maximum = reader.optional("maximum")
      standard = reader.optional("default")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("title", title)
      writer.optional("description", description)
      writer.optional("minimum", minimum)
      writer.optional("maximum", maximum)
      writer.optional("default", standard)
      writer.rest(extras)
    }
  }

  /// A field for yes or no.
  public struct BooleanProperty: ACPObject {
    /// The name for people.
    public var title: String?
    /// What it means.
    public var description: String?
    /// What it holds at first.
    public var standard: Bool?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(title: String? = nil, description: String? = nil, standard: Bool? = nil) {
      self.title = title
      self.description = description
      self.standard = standard
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      title = reader.optional("title")
      description = reader.optional("description")
      standard = reader.optional("default")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("title", title)
      writer.optional("description", description)
      writer.optional("default", standard)
      writer.rest(extras)
    }
  }
}
