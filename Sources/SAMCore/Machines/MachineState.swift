// SPDX-License-Identifier: Apache-2.0

/// Where a machine's life stands.
public enum MachineState: String, Codable, Sendable, CaseIterable {
  /// It is wanted; no provider was asked yet.
  case requested
  /// A provider was asked: it may exist, it may not.
  case creating
  /// It exists and has not been heard of yet.
  case booting
  /// It takes work, or works.
  case ready
  /// Nobody needs it; it is kept warm for a while.
  case idle
  /// It is to go: what works there ends, what is nowhere else is brought off it.
  case draining
  /// Nothing is heard from it.
  case lost
  /// The provider is to remove it.
  case destroying
  /// The provider has it no more.
  case gone
}

/// What moves a machine.
public enum MachineTrigger: String, Sendable, CaseIterable {
  /// A provider is being asked.
  case begin
  /// Nobody wants it any more, and no provider was asked.
  case drop
  /// The provider made it.
  case create
  /// The provider made nothing.
  case refuse
  /// It is heard of for the first time.
  case enroll
  /// Nobody needs it.
  case rest
  /// Somebody needs it again.
  case wake
  /// It is to go.
  case drain
  /// Nothing is heard any more.
  case lose
  /// It is heard again.
  case find
  /// The provider is to remove it.
  case destroy
  /// The provider has removed it.
  case finish
  /// It was gone, and the provider lists it still.
  case reappear
}

extension Machine {
  /// The arrows.
  public static let table = StateTable<MachineState, MachineTrigger>([
    .requested: [.begin: .creating, .drop: .gone],
    .creating: [.create: .booting, .refuse: .gone, .destroy: .destroying],
    .booting: [.enroll: .ready, .destroy: .destroying],
    .ready: [.rest: .idle, .drain: .draining, .lose: .lost],
    .idle: [.wake: .ready, .drain: .draining, .lose: .lost],
    .draining: [.lose: .lost, .destroy: .destroying],
    .lost: [.find: .ready, .destroy: .destroying],
    .destroying: [.finish: .gone],
    .gone: [.reappear: .destroying],
  ])

  /// The states in which a machine may exist at its provider.
  public static let billed: Set<MachineState> = [
    .creating, .booting, .ready, .idle, .draining, .lost, .destroying,
  ]
}
