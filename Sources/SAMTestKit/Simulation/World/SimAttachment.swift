// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What the simulated people send along: some prompts carry their own words as a file, so that it is known of each prompt
/// what has to come with it, without a draw of chance.
enum SimAttachment {
  static func of(_ text: String) -> [PromptAttachment]? {
    let words = text.hasPrefix(Quotas.preamble) ? text.dropFirst(Quotas.preamble.count) : text[...]
    guard words.utf8.reduce(0, { $0 &+ Int($1) }).isMultiple(of: 3) else { return nil }
    return [PromptAttachment(name: "words.txt", type: "text/plain", data: Base64(Array(words.utf8)))]
  }
}
