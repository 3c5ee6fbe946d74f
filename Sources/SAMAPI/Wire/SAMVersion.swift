// SPDX-License-Identifier: Apache-2.0

/// The version of SAM: both executables and everything between them have this one.
public enum SAMVersion {
  /// Semantic version.
  public static let current = "0.1.0"
}
