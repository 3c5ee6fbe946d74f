// SPDX-License-Identifier: Apache-2.0

/// A provider of machines is used from now on.
public struct OpenCloud: Command {
  /// The stable name.
  public static let name = "cloud.open"
  /// The provider's name.
  public var provider: String
  /// Whose label its machines carry.
  public var installation: InstallationID
  /// What is special about it.
  public var traits: ProviderTraits

  /// - Parameters: as the properties of the same names.
  public init(provider: String, installation: InstallationID, traits: ProviderTraits) {
    self.provider = provider
    self.installation = installation
    self.traits = traits
  }

  /// Opens the account, or finds it open; from then on it is swept. What it has from before a restore, nobody has looked
  /// at yet.
  public func decide(in decision: inout Decision) throws -> Cloud {
    guard Names.isValid(provider) else {
      throw Rejection(.invalid, "'\(provider)' cannot be a provider's name; \(Names.rule)")
    }
    let id = CloudID(provider: provider)
    guard let known = try decision.find(Cloud.self, id) else {
      let opened = try decision.record(
        .opened(installation: installation, settlingSeconds: traits.wholeSettlingSeconds, owner: decision.actor.owner),
        on: id,
        as: Cloud.self)
      decision.owe(.sweep(id), lane: id.rawValue, subject: id.rawValue, after: Reaper.interval)
      guard let generation = try decision.holder(of: NoteRestore.unconfirmed).flatMap(Int.init) else { return opened }
      return try decision.record(.held(generation: generation), on: id, as: Cloud.self)
    }
    let seconds = traits.wholeSettlingSeconds
    guard known.settlingSeconds != seconds else { return known }
    return try decision.record(.settled(settlingSeconds: seconds), on: id, as: Cloud.self)
  }
}

extension ProviderTraits {
  /// How long its lists may be behind, in whole seconds, never less.
  fileprivate var wholeSettlingSeconds: Int {
    Int(clamping: settling.components.seconds) + (settling.components.attoseconds > 0 ? 1 : 0)
  }
}
