// SPDX-License-Identifier: Apache-2.0

/// The id of: a repository and its defaults.
public struct ProjectID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "project" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: an agent with its settings and permissions.
public struct ProfileID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "profile" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: a node of the task graph.
public struct TaskID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "task" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: a conversation with one agent.
public struct SessionID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "session" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: one prompt and all that follows until its stop reason.
public struct TurnID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "turn" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: a question to a human.
public struct ApprovalID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "approval" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: an answer that a person lets stand.
public struct GrantID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "grant" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: a VM or host.
public struct MachineID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "machine" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: a repository in a sandbox on a machine.
public struct WorkspaceID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "workspace" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: something owed to the world.
public struct EffectID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "effect" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: an access token.
public struct TokenID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "token" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: a person.
public struct UserID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "user" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: one installation of SAM.
public struct InstallationID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "sam" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: an account at a provider of machines.
public struct CloudID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "cloud" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
  /// The account of a provider: one each.
  public init(provider: String) { self.init(trusted: "cloud_\(provider)") }
  /// The provider's name.
  public var provider: String { String(rawValue.dropFirst(6)) }
}

/// The id of: what one credential may use.
public struct QuotaID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "quota" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: what is sent along with a prompt.
public struct AttachmentID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "attachment" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: a large piece of content.
public struct BlobID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "blob" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The id of: a sealed value.
public struct SecretID: PrefixedID {
  /// What stands before the underscore.
  public static var prefix: String { "secret" }
  /// The whole id.
  public let rawValue: String
  /// Wraps a text that is known to be well formed.
  public init(trusted rawValue: String) { self.rawValue = rawValue }
}
