// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// The mode changed.
  public struct CurrentModeUpdate: ACPObject {
    /// The mode that holds now.
    public var currentModeID: SessionModeID
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(currentModeID: SessionModeID) {
      self.currentModeID = currentModeID
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      currentModeID = try reader.required("currentModeId")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("currentModeId", currentModeID)
      writer.rest(extras)
    }
  }
}
