// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What was sent along with a prompt, as a person reads it.
enum AttachmentText {
  /// `shot.png (image/png, 12.1 KiB)`, or `spec (https://example.org/spec)`.
  static func line(_ note: AttachmentNote) -> String {
    let details = note.size.map { [note.type, Amount.bytes($0)] } ?? [note.uri]
    return "\(SafeText.line(note.name)) (\(SafeText.line(details.compactMap(\.self).joined(separator: ", "))))"
  }

  /// A line for each; nil when nothing was sent along.
  static func lines(_ notes: [AttachmentNote]?) -> String? {
    notes.map { $0.map(line).joined(separator: "\n") }
  }

  /// A prompt and what was sent along, each on a line of its own.
  static func prompt(_ text: String, _ notes: [AttachmentNote]?) -> String {
    ([text] + (notes ?? []).map { "[with \(line($0))]" }).joined(separator: "\n")
  }
}
