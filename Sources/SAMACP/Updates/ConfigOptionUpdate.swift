// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Options changed.
  public struct ConfigOptionUpdate: ACPObject {
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
