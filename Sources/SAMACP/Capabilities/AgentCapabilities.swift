// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// What an agent can do.
  public struct AgentCapabilities: ACPObject {
    /// Whether it has `session/load`.
    public var loadSession: Bool
    /// What a prompt may hold.
    public var prompt: PromptCapabilities
    /// Which MCP transports it has besides stdio.
    public var mcp: MCPCapabilities
    /// Which session methods it has.
    public var session: SessionCapabilities
    /// Authentication.
    public var auth: AgentAuthCapabilities
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      loadSession: Bool = false, prompt: PromptCapabilities = PromptCapabilities(),
      mcp: MCPCapabilities = MCPCapabilities(), session: SessionCapabilities = SessionCapabilities(),
      auth: AgentAuthCapabilities = AgentAuthCapabilities()
    ) {
      self.loadSession = loadSession
      self.prompt = prompt
      self.mcp = mcp
      self.session = session
      self.auth = auth
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      loadSession = reader.optional("loadSession", default: false)
      prompt = reader.optional("promptCapabilities", default: PromptCapabilities())
      mcp = reader.optional("mcpCapabilities", default: MCPCapabilities())
      session = reader.optional("sessionCapabilities", default: SessionCapabilities())
      auth = reader.optional("auth", default: AgentAuthCapabilities())
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("loadSession", loadSession, default: false)
      writer.optional("promptCapabilities", prompt, default: PromptCapabilities())
      writer.optional("mcpCapabilities", mcp, default: MCPCapabilities())
      writer.optional("sessionCapabilities", session, default: SessionCapabilities())
      writer.optional("auth", auth, default: AgentAuthCapabilities())
      writer.rest(extras)
    }
  }

  /// What a prompt may hold besides text and links.
  public struct PromptCapabilities: ACPObject {
    /// Images.
    public var image: Bool
    /// Sounds.
    public var audio: Bool
    /// Resources sent along.
    public var embeddedContext: Bool
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(image: Bool = false, audio: Bool = false, embeddedContext: Bool = false) {
      self.image = image
      self.audio = audio
      self.embeddedContext = embeddedContext
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      image = reader.optional("image", default: false)
      audio = reader.optional("audio", default: false)
      embeddedContext = reader.optional("embeddedContext", default: false)
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("image", image, default: false)
      writer.optional("audio", audio, default: false)
      writer.optional("embeddedContext", embeddedContext, default: false)
      writer.rest(extras)
    }
  }

  /// Which MCP transports an agent has besides stdio.
  public struct MCPCapabilities: ACPObject {
    /// Streamable HTTP.
    public var http: Bool
    /// HTTP with server-sent events.
    public var sse: Bool
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(http: Bool = false, sse: Bool = false) {
      self.http = http
      self.sse = sse
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      http = reader.optional("http", default: false)
      sse = reader.optional("sse", default: false)
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("http", http, default: false)
      writer.optional("sse", sse, default: false)
      writer.rest(extras)
    }
  }

  /// Which session methods an agent has.
  public struct SessionCapabilities: ACPObject {
    /// `session/list`.
    public var list: Marker?
    /// `session/delete`.
    public var delete: Marker?
    /// `session/resume`.
    public var resume: Marker?
    /// `session/close`.
    public var close: Marker?
    /// More than one directory.
    public var additionalDirectories: Marker?
    /// `session/fork` (unstable in ACP v1).
    public var fork: Marker?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      list: Marker? = nil, delete: Marker? = nil, resume: Marker? = nil, close: Marker? = nil,
      additionalDirectories: Marker? = nil, fork: Marker? = nil
    ) {
      self.list = list
      self.delete = delete
      self.resume = resume
      self.close = close
      self.additionalDirectories = additionalDirectories
      self.fork = fork
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      list = reader.optional("list")
      delete = reader.optional("delete")
      resume = reader.optional("resume")
      close = reader.optional("close")
      additionalDirectories = reader.optional("additionalDirectories")
      fork = reader.optional("fork")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("list", list)
      writer.optional("delete", delete)
      writer.optional("resume", resume)
      writer.optional("close", close)
      writer.optional("additionalDirectories", additionalDirectories)
      writer.optional("fork", fork)
      writer.rest(extras)
    }
  }

  /// What an agent can do about authentication.
  public struct AgentAuthCapabilities: ACPObject {
    /// `logout`.
    public var logout: Marker?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(logout: Marker? = nil) {
      self.logout = logout
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      logout = reader.optional("logout")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("logout", logout)
      writer.rest(extras)
    }
  }
}
