// SPDX-License-Identifier: Apache-2.0

/// What is broken on purpose in a scene, so that it is shown that breaking it is seen.
enum Flaw: String, Sendable, CaseIterable {
  /// Of two inputs that come while the host is busy, one wakes nobody.
  case forgetfulMailbox
  /// The machine goes on before its disk has what it was told to keep.
  case hastyDisk
  /// A host whose disk fails answers those in its mailbox, and forgets those whose requests it had taken out already.
  case forgottenReplies
  /// What a control plane that is dead took in is acknowledged.
  case ghostAcknowledgement
  /// A viewer counts from where the last batch should have ended.
  case skippingViewer

  /// Those that a whole scene shows soon. The other takes a disk that fails at one moment, and has a suite of its own.
  static let inScenes = allCases.filter { $0 != .forgottenReplies }
}
