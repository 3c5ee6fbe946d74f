// SPDX-License-Identifier: Apache-2.0

/// The versions of the machine link's frames.
///
/// Fields are only ever added within a version; a frame of another version is refused as a whole. Which one two sides
/// speak: `LinkHello.version(with:)`.
public enum LinkVersion {
  /// The version that this program writes.
  public static let current = 1
  /// All versions that this program reads.
  public static let supported = 1...1
}
