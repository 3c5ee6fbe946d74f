// SPDX-License-Identifier: Apache-2.0

/// The program's own version; samd has the same.
enum Version {
  static let current = "0.1.0"
}
