// SPDX-License-Identifier: Apache-2.0

/// One promise of the Agent Client Protocol, as a check names it. Ids are stable: a check that goes leaves a gap.
public struct ProtocolCheck: Hashable, Sendable {
  /// The stable id, such as `ACP-012`.
  public let id: String
  /// What is promised, in one sentence.
  public let promise: String
  /// Where the protocol says so: page and section.
  public let section: String

  /// Makes a check's description.
  public init(_ id: String, _ promise: String, section: String) {
    self.id = id
    self.promise = promise
    self.section = section
  }

  /// How a check ended.
  public enum Outcome: Hashable, Sendable {
    /// The promise is kept.
    case passed
    /// It is broken; the text says what was found instead.
    case failed(String)
    /// The promise does not concern the one that was checked, or nothing came up that it is about; the text says why.
    case notApplicable(String)
    /// It could not be judged, because a promise on which it stands is broken; the text names it.
    case blocked(String)
  }

  /// A check with how it ended.
  public struct Result: Sendable {
    /// The check.
    public var check: ProtocolCheck
    /// How it ended.
    public var outcome: Outcome
    /// How long it took.
    public var duration: Duration

    /// Makes a result.
    public init(check: ProtocolCheck, outcome: Outcome, duration: Duration = .zero) {
      self.check = check
      self.outcome = outcome
      self.duration = duration
    }
  }
}

/// A check does not concern who is checked.
struct NotApplicable: Error {
  var why: String

  /// - Throws: this, unless a condition holds.
  static func unless(_ condition: Bool, _ why: @autoclosure () -> String) throws {
    if !condition { throw NotApplicable(why: why()) }
  }
}

/// A check cannot be judged.
struct Blocked: Error {
  /// The id of the check whose promise is broken, and what was seen of it.
  var by: String
}
