// SPDX-License-Identifier: Apache-2.0

/// What a run came to: two runs of one seed have the same trace.
public struct ExecutorTrace: Hashable, Sendable {
  /// What decided the run.
  public var seed: UInt64
  /// Identifies which job ran when, how time moved, and all notes.
  public var hash: UInt64
  /// How many jobs ran.
  public var jobs: Int
  /// How long it took by its own clock.
  public var uptime: Duration
  /// How many slept at the same time at most.
  public var mostSleeping: Int
}

/// Why a run is no proof of anything, or proof of the contrary.
public struct ExecutorFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the reason.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name.
    public let rawValue: String
    /// - Parameter rawValue: the name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Nothing can run, nobody sleeps, and the body has not ended: a wake-up was lost.
    public static let stuck = Code(rawValue: "stuck")
    /// The body has not ended at the time by which it should have.
    public static let overdue = Code(rawValue: "overdue")
    /// More jobs ran than any sensible run needs: something goes in circles.
    public static let runaway = Code(rawValue: "runaway")
    /// Another thread had a hand in it: the run cannot be repeated.
    public static let incomplete = Code(rawValue: "incomplete")
    /// The body has ended and something of it still sleeps.
    public static let leaked = Code(rawValue: "leaked")
  }

  /// The stable name of the reason.
  public var code: Code
  /// The seed of the run.
  public var seed: UInt64
  /// What was being waited for.
  public var waiting: [String]
  /// The last notes.
  public var recent: [String]

  /// The reason, the seed, and all that helps to understand it.
  public var description: String {
    "seed \(seed): \(code.rawValue)\nwaiting:\(list(waiting))\nlast notes:\(list(recent))"
  }

  private func list(_ lines: [String]) -> String {
    lines.isEmpty ? " none" : lines.map { "\n  \($0)" }.joined()
  }
}
