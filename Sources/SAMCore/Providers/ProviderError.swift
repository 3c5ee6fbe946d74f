// SPDX-License-Identifier: Apache-2.0

/// Why a provider did not do what was asked.
public struct ProviderError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
  /// What SAM does about it follows from this.
  public enum Code: String, Codable, Sendable, CaseIterable {
    /// None of that kind is in stock there; another place or kind may have one.
    case capacity
    /// The account may not have more.
    case quota
    /// Too many calls; try later.
    case rate
    /// The credential is refused.
    case authentication
    /// The order is wrong; the same order will be refused again.
    case invalid
    /// The provider is out of order and did nothing.
    case unavailable
    /// Nobody knows whether it happened: SAM looks before it tries again.
    case unknownOutcome
  }
  /// What SAM does about it follows from this.
  public var code: Code
  /// What is wrong and what to do next.
  public var message: String
  /// The provider's own answer: status and body.
  public var evidence: String
  /// - Parameters: as the properties of the same names.
  public init(_ code: Code, _ message: String, evidence: String = "") {
    self.code = code
    self.message = message
    self.evidence = evidence
  }
  /// The message with its code.
  public var description: String { "\(message) (\(code.rawValue))" }
}
