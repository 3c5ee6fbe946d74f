// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// A way to authenticate.
  public struct AuthMethod: ACPObject {
    /// The id.
    public var id: AuthMethodID
    /// The name for people.
    public var name: String
    /// What it means.
    public var description: String?
    /// Who does it; nil means the agent.
    public var type: AuthMethodType?
    /// For `terminal`: arguments to add to the agent's command.
    public var args: [String]?
    /// For `terminal`: environment to add.
    public var env: OrderedDictionary<String, String>?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      id: AuthMethodID, name: String, description: String? = nil, type: AuthMethodType? = nil, args: [String]? = nil,
      env: OrderedDictionary<String, String>? = nil
    ) {
      self.id = id
      self.name = name
      self.description = description
      self.type = type
      self.args = args
      self.env = env
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      id = try reader.required("id")
      name = try reader.required("name")
      description = reader.optional("description")
      type = reader.optional("type")
      args = reader.optional("args")
      env = reader.optional("env")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("id", id)
      writer.required("name", name)
      writer.optional("description", description)
      writer.optional("type", type)
      writer.optional("args", args)
      writer.optional("env", env)
      writer.rest(extras)
    }
  }

  /// Who authenticates.
  public struct AuthMethodType: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The agent, asked by `authenticate`.
    public static let agent = AuthMethodType(rawValue: "agent")
    /// The person, in a terminal; `authenticate` must not be called.
    public static let terminal = AuthMethodType(rawValue: "terminal")
  }
}
