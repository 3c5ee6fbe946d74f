// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// What a client can do.
  public struct ClientCapabilities: ACPObject {
    /// Files.
    public var fileSystem: FileSystemCapabilities
    /// Whether it has all five terminal methods.
    public var terminal: Bool
    /// Sessions.
    public var session: ClientSessionCapabilities?
    /// Authentication.
    public var auth: AuthCapabilities
    /// Questions to the person.
    public var elicitation: ElicitationCapabilities?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      fileSystem: FileSystemCapabilities = FileSystemCapabilities(), terminal: Bool = false,
      session: ClientSessionCapabilities? = nil, auth: AuthCapabilities = AuthCapabilities(),
      elicitation: ElicitationCapabilities? = nil
    ) {
      self.fileSystem = fileSystem
      self.terminal = terminal
      self.session = session
      self.auth = auth
      self.elicitation = elicitation
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      fileSystem = reader.optional("fs", default: FileSystemCapabilities())
      terminal = reader.optional("terminal", default: false)
      session = reader.optional("session")
      auth = reader.optional("auth", default: AuthCapabilities())
      elicitation = reader.optional("elicitation")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("fs", fileSystem, default: FileSystemCapabilities())
      writer.optional("terminal", terminal, default: false)
      writer.optional("session", session)
      writer.optional("auth", auth, default: AuthCapabilities())
      writer.optional("elicitation", elicitation)
      writer.rest(extras)
    }
  }

  /// Which file methods a client has.
  public struct FileSystemCapabilities: ACPObject {
    /// Whether it reads files.
    public var readTextFile: Bool
    /// Whether it writes files.
    public var writeTextFile: Bool
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(readTextFile: Bool = false, writeTextFile: Bool = false) {
      self.readTextFile = readTextFile
      self.writeTextFile = writeTextFile
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      readTextFile = reader.optional("readTextFile", default: false)
      writeTextFile = reader.optional("writeTextFile", default: false)
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("readTextFile", readTextFile, default: false)
      writer.optional("writeTextFile", writeTextFile, default: false)
      writer.rest(extras)
    }
  }

  /// What a client can do with sessions.
  public struct ClientSessionCapabilities: ACPObject {
    /// Options.
    public var configOptions: SessionConfigOptionsCapabilities?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(configOptions: SessionConfigOptionsCapabilities? = nil) {
      self.configOptions = configOptions
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      configOptions = reader.optional("configOptions")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("configOptions", configOptions)
      writer.rest(extras)
    }
  }

  /// Which options a client can show besides `select`.
  public struct SessionConfigOptionsCapabilities: ACPObject {
    /// Whether it can show booleans.
    public var boolean: Marker?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(boolean: Marker? = nil) {
      self.boolean = boolean
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      boolean = reader.optional("boolean")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("boolean", boolean)
      writer.rest(extras)
    }
  }

  /// Which ways to authenticate a client supports.
  public struct AuthCapabilities: ACPObject {
    /// Whether it can run the agent's log-in in a terminal.
    public var terminal: Bool
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(terminal: Bool = false) {
      self.terminal = terminal
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      terminal = reader.optional("terminal", default: false)
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("terminal", terminal, default: false)
      writer.rest(extras)
    }
  }

  /// Which questions a client can show.
  public struct ElicitationCapabilities: ACPObject {
    /// Forms.
    public var form: Marker?
    /// Web pages.
    public var url: Marker?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(form: Marker? = nil, url: Marker? = nil) {
      self.form = form
      self.url = url
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      form = reader.optional("form")
      url = reader.optional("url")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("form", form)
      writer.optional("url", url)
      writer.rest(extras)
    }
  }
}
