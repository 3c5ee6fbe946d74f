// SPDX-License-Identifier: Apache-2.0

/// What a conformance suite found out: for each numbered promise, whether it is kept.
public struct ConformanceReport: Sendable, CustomStringConvertible {
  /// How one check ended.
  public enum Outcome: Hashable, Sendable {
    /// The promise is kept.
    case kept
    /// It is broken; the text says what was found instead.
    case broken(String)
    /// It could not be checked; the text says what was missing.
    case skipped(String)
  }

  /// One promise.
  public struct Check: Sendable {
    /// Its number, from 1; numbers are stable.
    public var number: Int
    /// The promise.
    public var name: String
    /// How it ended.
    public var outcome: Outcome
    /// - Parameters: as the properties of the same names.
    public init(number: Int, name: String, outcome: Outcome) {
      self.number = number
      self.name = name
      self.outcome = outcome
    }
  }

  /// What was checked.
  public var title: String
  /// All checks, in the order of their numbers.
  public var checks: [Check]

  /// - Parameters:
  ///   - title: what was checked.
  ///   - checks: all checks.
  public init(title: String, checks: [Check]) {
    self.title = title
    self.checks = checks
  }

  /// Whether no promise is broken.
  public var conforms: Bool { broken.isEmpty }

  /// The numbers of the promises that are broken.
  public var broken: [Int] {
    checks.compactMap { check in
      if case .broken = check.outcome { check.number } else { nil }
    }
  }

  /// The report as text: one line a check.
  public var description: String {
    var lines = checks.map { check in
      let number = String(repeating: " ", count: check.number < 10 ? 1 : 0) + "\(check.number)"
      return switch check.outcome {
      case .kept: "\(number)  kept     \(check.name)"
      case .broken(let what): "\(number)  BROKEN   \(check.name): \(what)"
      case .skipped(let why): "\(number)  skipped  \(check.name): \(why)"
      }
    }
    let skipped = checks.count { if case .skipped = $0.outcome { true } else { false } }
    lines.append(
      "\(title): \(checks.count - broken.count - skipped) kept, \(broken.count) broken, \(skipped) skipped")
    return lines.joined(separator: "\n")
  }
}

/// Why a promise is not kept.
struct BrokenPromise: Error {
  var what: String

  /// - Throws: this, unless a condition holds.
  static func unless(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    if !condition { throw BrokenPromise(what: what()) }
  }

  /// - Throws: this, unless two values are equal.
  static func unlessEqual<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) throws {
    if found != expected {
      throw BrokenPromise(what: "\(what): found \(shortened(found)), expected \(shortened(expected))")
    }
  }

  private static func shortened(_ value: some Any) -> String {
    let text = "\(value)"
    return text.count > 200 ? "\(text.prefix(200))…" : text
  }
}
