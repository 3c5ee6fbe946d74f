// SPDX-License-Identifier: Apache-2.0

/// A person removes an agent. Sessions that use it go on.
public struct RemoveProfile: Command {
  /// The stable name.
  public static let name = "profile.remove"
  /// Which.
  public var profile: ProfileID

  /// - Parameter profile: which.
  public init(profile: ProfileID) { self.profile = profile }

  /// Records it.
  public func decide(in decision: inout Decision) throws -> Profile {
    try decision.record(.removed, on: decision.get(Profile.self, profile).id)
  }
}
