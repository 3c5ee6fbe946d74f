// SPDX-License-Identifier: Apache-2.0

/// What a conformance suite of the protocol found out.
public struct ProtocolReport: Sendable, CustomStringConvertible {
  /// What was checked.
  public var title: String
  /// All checks that were run, in the order of their ids.
  public var results: [ProtocolCheck.Result]

  /// Makes a report.
  public init(title: String, results: [ProtocolCheck.Result]) {
    self.title = title
    self.results = results
  }

  /// The ids of the checks that failed.
  public var failed: [String] { ids { if case .failed = $0 { true } else { false } } }
  /// The ids of the checks that passed.
  public var passed: [String] { ids { $0 == .passed } }
  /// The ids of the checks that do not concern who was checked.
  public var notApplicable: [String] { ids { if case .notApplicable = $0 { true } else { false } } }
  /// The ids of the checks that could not be judged.
  public var blocked: [String] { ids { if case .blocked = $0 { true } else { false } } }

  /// Whether no check failed.
  public var conforms: Bool { failed.isEmpty }

  private func ids(_ condition: (ProtocolCheck.Outcome) -> Bool) -> [String] {
    results.filter { condition($0.outcome) }.map(\.check.id)
  }

  /// One line that sums it up.
  public var summary: String {
    "\(title): \(passed.count) passed, \(failed.count) failed, \(notApplicable.count) not applicable, "
      + "\(blocked.count) blocked"
  }

  /// The report as text: one line a check, and under one that did not pass why.
  public var description: String {
    (results.map(\.description) + [summary]).joined(separator: "\n")
  }
}

extension ProtocolCheck.Result: CustomStringConvertible {
  /// One line, and below it why it did not pass.
  public var description: String {
    let head =
      switch outcome {
      case .passed: "passed        "
      case .failed: "FAILED        "
      case .notApplicable: "not applicable"
      case .blocked: "blocked       "
      }
    var text = "\(check.id)  \(head)  \(check.promise)"
    if let detail = outcome.detail { text += "\n         \(detail)" }
    if case .failed = outcome { text += "\n         see \(check.section)" }
    return text
  }
}
