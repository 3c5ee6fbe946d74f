// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// A field for a number.
  public typealias NumberProperty = NumericProperty<Double>

  /// A field for a whole number.
  public typealias IntegerProperty = NumericProperty<Int64>

  /// A field for a number of some kind.
  public struct NumericProperty<Number: ACPValue>: ACPObject {
    /// The name for people.
    public var title: String?
    /// What it means.
    public var description: String?
    /// The smallest.
    public var minimum: Number?
    /// The largest.
    public var maximum: Number?
    /// What it holds at first.
    public var standard: Number?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      title: String? = nil, description: String? = nil, minimum: Number? = nil, maximum: Number? = nil,
      standard: Number? = nil
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
}
