// SPDX-License-Identifier: Apache-2.0

/// Who speaks on a link, and in which versions.
public struct LinkHello: Codable, Hashable, Sendable {
  /// The versions of frames that this side speaks. In the answer: the one that is chosen.
  public var versions: [Int]
  /// The program's version, for people.
  public var software: String
  /// The machine's name, as it is registered; nil in the control plane's answer. It proves nothing.
  public var machine: String?

  /// - Parameters: as the properties of the same names.
  public init(versions: [Int], software: String, machine: String? = nil) {
    self.versions = versions
    self.software = software
    self.machine = machine
  }

  /// The version that two sides speak: the highest that both know.
  /// - Parameter other: who speaks at the other side, and in which versions.
  /// - Throws: ``LinkError`` that says which side to update.
  public func version(with other: LinkHello) throws(LinkError) -> Int {
    if let version = versions.filter(other.versions.contains).max() { return version }
    let isNewer = (other.versions.min() ?? 0) > (versions.max() ?? 0)
    throw LinkError(
      "the other side (SAM \(other.software)) speaks link versions \(other.versions), this side (SAM \(software)) "
        + "\(versions); update \(isNewer ? "this" : "the other") side")
  }

  private enum CodingKeys: String, CodingKey {
    case versions
    case software
    case machine
  }
}
