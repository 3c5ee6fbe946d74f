// SPDX-License-Identifier: Apache-2.0

/// The versions of the machine link's frames.
///
/// Fields are only ever added within a version; a frame of another version is refused as a whole.
public enum LinkVersion {
  /// The version that this program writes.
  public static let current = 1
  /// All versions that this program reads.
  public static let supported = 1...1

  /// The version that is spoken on a link: the highest that both sides know.
  /// - Parameter hello: what the other side speaks.
  /// - Throws: ``LinkFrameError`` with `unsupported_version` that says which side to update.
  public static func negotiate(_ hello: LinkHello) throws -> Int {
    if let version = APIVersion.negotiate(offered: hello.versions, supported: supported) { return version }
    let newer = (hello.versions.min() ?? 0) > supported.upperBound
    throw LinkFrameError(
      .unsupportedVersion,
      "the other side (SAM \(hello.software)) speaks link versions \(hello.versions), this side "
        + "\(supported.lowerBound) to \(supported.upperBound); update \(newer ? "this" : "the other") side",
      evidence: "\(hello.versions)")
  }
}
