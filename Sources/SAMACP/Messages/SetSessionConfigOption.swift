// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Sets an option.
  public struct SetSessionConfigOptionRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "session/set_config_option"
    /// What answers it.
    public typealias Response = SetSessionConfigOptionResponse

    /// The session.
    public var sessionID: SessionID
    /// The option.
    public var configID: SessionConfigID
    /// The value.
    public var value: SessionConfigValue
    /// Must be `boolean` for a boolean value, and nil otherwise.
    public var type: SessionConfigType?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      sessionID: SessionID, configID: SessionConfigID, value: SessionConfigValue, type: SessionConfigType? = nil
    ) {
      self.sessionID = sessionID
      self.configID = configID
      self.value = value
      self.type = type
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      sessionID = try reader.required("sessionId")
      configID = try reader.required("configId")
      value = try reader.required("value")
      type = reader.optional("type")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("sessionId", sessionID)
      writer.required("configId", configID)
      writer.required("value", value)
      writer.optional("type", type)
      writer.rest(extras)
    }
  }

  /// The option is set.
  public struct SetSessionConfigOptionResponse: ACPObject {
    /// All options with their values.
    public var configOptions: [SessionConfigOption]
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(configOptions: [SessionConfigOption]) {
      self.configOptions = configOptions
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      configOptions = try reader.required("configOptions")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("configOptions", configOptions)
      writer.rest(extras)
    }
  }
}
