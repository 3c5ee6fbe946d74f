// SPDX-License-Identifier: Apache-2.0

/// What machine a profile's tasks want. A profile without a wish runs on this machine.
public struct MachineWish: Codable, Hashable, Sendable {
  /// The provider that gives it.
  public var provider: String
  /// Kinds in the provider's words, best first: the next one is tried when one is out of stock. Empty = its default.
  public var kinds: [String]
  /// How many sessions may work on one machine at a time.
  public var slots: Int
  /// How long a machine that nobody needs is kept for the next task, in seconds.
  public var warmSeconds: Int
  /// How many machines of the provider there may be at a time.
  public var limit: Int

  /// - Parameters: as the properties of the same names.
  public init(provider: String, kinds: [String] = [], slots: Int = 1, warmSeconds: Int = 600, limit: Int = 10) {
    self.provider = provider
    self.kinds = kinds
    self.slots = slots
    self.warmSeconds = warmSeconds
    self.limit = limit
  }
}

/// How long SAM waits for machines.
enum MachineTiming {
  /// From the provider's answer until the machine must have been heard of.
  static let boot = Duration.seconds(15 * 60)
  /// How long a machine may be silent until its sessions are given up.
  static let lost = Duration.seconds(10 * 60)
  /// Between a create call without an answer and the first look for what it made.
  static let look = Duration.seconds(5)
}
