// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// An option of a session and its value.
  public struct SessionConfigOption: ACPObject {
    /// The id.
    public var id: SessionConfigID
    /// The name for people.
    public var name: String
    /// What kind of value it has.
    public var type: SessionConfigType
    /// The value that holds.
    public var currentValue: SessionConfigValue
    /// The values to choose from, for `select`.
    public var options: [SessionConfigChoice]?
    /// What it means.
    public var description: String?
    /// What it is about.
    public var category: SessionConfigCategory?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      id: SessionConfigID, name: String, type: SessionConfigType, currentValue: SessionConfigValue,
      options: [SessionConfigChoice]? = nil, description: String? = nil, category: SessionConfigCategory? = nil
    ) {
      self.id = id
      self.name = name
      self.type = type
      self.currentValue = currentValue
      self.options = options
      self.description = description
      self.category = category
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      id = try reader.required("id")
      name = try reader.required("name")
      type = try reader.required("type")
      currentValue = try reader.required("currentValue")
      options = reader.optional("options")
      description = reader.optional("description")
      category = reader.optional("category")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("id", id)
      writer.required("name", name)
      writer.required("type", type)
      writer.required("currentValue", currentValue)
      writer.optional("options", options)
      writer.optional("description", description)
      writer.optional("category", category)
      writer.rest(extras)
    }
  }

  /// What kind of value an option has.
  public struct SessionConfigType: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// One of the choices.
    public static let select = SessionConfigType(rawValue: "select")
    /// On or off.
    public static let boolean = SessionConfigType(rawValue: "boolean")
  }

  /// What an option is about.
  public struct SessionConfigCategory: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The mode.
    public static let mode = SessionConfigCategory(rawValue: "mode")
    /// The model.
    public static let model = SessionConfigCategory(rawValue: "model")
    /// A detail of the model.
    public static let modelConfig = SessionConfigCategory(rawValue: "model_config")
    /// How much the model thinks.
    public static let thoughtLevel = SessionConfigCategory(rawValue: "thought_level")
  }

  /// A value to choose, or a group of such values.
  public struct SessionConfigChoice: ACPObject {
    /// The name for people.
    public var name: String
    /// The value; nil for a group.
    public var value: String?
    /// The id of the group; nil for a value.
    public var group: String?
    /// The values of the group; nil for a value.
    public var options: [SessionConfigChoice]?
    /// What it means.
    public var description: String?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      name: String, value: String? = nil, group: String? = nil, options: [SessionConfigChoice]? = nil,
      description: String? = nil
    ) {
      self.name = name
      self.value = value
      self.group = group
      self.options = options
      self.description = description
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      name = try reader.required("name")
      value = reader.optional("value")
      group = reader.optional("group")
      options = reader.optional("options")
      description = reader.optional("description")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("name", name)
      writer.optional("value", value)
      writer.optional("group", group)
      writer.optional("options", options)
      writer.optional("description", description)
      writer.rest(extras)
    }
  }
}
