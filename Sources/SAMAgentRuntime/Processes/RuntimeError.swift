// SPDX-License-Identifier: Apache-2.0

/// What can go wrong beside an agent: processes, files, git.
///
/// `message` is for the person: what happened and what to do next. `evidence` is for the one who looks closer: the
/// command, its exit code, the last lines that it wrote. Neither contains credentials.
public struct RuntimeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of failure; each folder of this module adds its own.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it is logged and put on the wire.
    public let rawValue: String

    /// A code by its name.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// What kind of failure this is, for callers that decide.
  public var code: Code

  /// What happened and what to do next, in one or two sentences.
  public var message: String

  /// The raw facts behind the message; may be empty.
  public var evidence: String

  /// An error with its message and its evidence.
  public init(_ code: Code, _ message: String, evidence: String = "") {
    self.code = code
    self.message = message
    self.evidence = evidence
  }

  /// The message, and the evidence below it.
  public var description: String {
    evidence.isEmpty ? "\(code.rawValue): \(message)" : "\(code.rawValue): \(message)\n\(evidence)"
  }
}
