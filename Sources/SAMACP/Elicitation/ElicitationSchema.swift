// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// A form: an object of flat properties, a subset of JSON Schema. Source: ACP v1, Elicitation, "Form Mode".
  public struct ElicitationSchema: ACPObject {
    /// Always `object`.
    public var type: String?
    /// The name for people.
    public var title: String?
    /// What it means.
    public var description: String?
    /// The fields, in the order in which to show them.
    public var properties: OrderedDictionary<String, ElicitationProperty>
    /// The names of the fields that must be filled in.
    public var required: [String]?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      type: String? = "object", title: String? = nil, description: String? = nil,
      properties: OrderedDictionary<String, ElicitationProperty> = [:], required: [String]? = nil
    ) {
      self.type = type
      self.title = title
      self.description = description
      self.properties = properties
      self.required = required
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      type = reader.optional("type")
      title = reader.optional("title")
      description = reader.optional("description")
      properties = reader.optional("properties", default: [:])
      required = reader.optional("required")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("type", type)
      writer.optional("title", title)
      writer.optional("description", description)
      writer.optional("properties", properties, default: [:])
      writer.optional("required", required)
      writer.rest(extras)
    }
  }
}
