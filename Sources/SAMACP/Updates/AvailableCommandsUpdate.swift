// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// All the slash commands that there are now.
  public struct AvailableCommandsUpdate: ACPObject {
    /// The commands.
    public var availableCommands: [AvailableCommand]
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(availableCommands: [AvailableCommand]) {
      self.availableCommands = availableCommands
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      availableCommands = try reader.required("availableCommands")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("availableCommands", availableCommands)
      writer.rest(extras)
    }
  }

  /// A slash command.
  public struct AvailableCommand: ACPObject {
    /// The name without slash.
    public var name: String
    /// What it does.
    public var description: String
    /// What may follow it.
    public var input: AvailableCommandInput?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(name: String, description: String, input: AvailableCommandInput? = nil) {
      self.name = name
      self.description = description
      self.input = input
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      name = try reader.required("name")
      description = try reader.required("description")
      input = reader.optional("input")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("name", name)
      writer.required("description", description)
      writer.optional("input", input)
      writer.rest(extras)
    }
  }

  /// What may follow a slash command: free text.
  public struct AvailableCommandInput: ACPObject {
    /// What to type.
    public var hint: String
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(hint: String) {
      self.hint = hint
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      hint = try reader.required("hint")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("hint", hint)
      writer.rest(extras)
    }
  }
}
