// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// A capability that is there when the (mostly empty) object is there.
  public struct Marker: ACPObject {
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init() {}

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.rest(extras)
    }
  }
}
