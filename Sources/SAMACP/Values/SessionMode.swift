// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// The modes of a session.
  public struct SessionModeState: ACPObject {
    /// The mode that holds.
    public var currentModeID: SessionModeID
    /// The modes that there are.
    public var availableModes: [SessionMode]
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(currentModeID: SessionModeID, availableModes: [SessionMode]) {
      self.currentModeID = currentModeID
      self.availableModes = availableModes
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      currentModeID = try reader.required("currentModeId")
      availableModes = try reader.required("availableModes")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("currentModeId", currentModeID)
      writer.required("availableModes", availableModes)
      writer.rest(extras)
    }
  }

  /// A mode.
  public struct SessionMode: ACPObject {
    /// The id.
    public var id: SessionModeID
    /// The name for people.
    public var name: String
    /// What it means.
    public var description: String?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(id: SessionModeID, name: String, description: String? = nil) {
      self.id = id
      self.name = name
      self.description = description
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      id = try reader.required("id")
      name = try reader.required("name")
      description = reader.optional("description")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("id", id)
      writer.required("name", name)
      writer.optional("description", description)
      writer.rest(extras)
    }
  }
}
