// SPDX-License-Identifier: Apache-2.0

/// A secret on the wire: its name. The value is never shown again.
public struct SecretView: Codable, Hashable, Sendable {
  /// The name under which agents get it.
  public var name: String

  /// - Parameter name: the name under which agents get it.
  public init(name: String) { self.name = name }

  private enum CodingKeys: String, CodingKey { case name }
}

/// What `PUT /secrets/{name}` takes.
public struct SetSecretBody: Codable, Hashable, Sendable, CustomStringConvertible {
  /// What is kept.
  public var value: String

  /// - Parameter value: what is kept.
  public init(value: String) { self.value = value }

  /// Never the value.
  public var description: String { "SetSecretBody(value: <redacted>)" }

  private enum CodingKeys: String, CodingKey { case value }
}
