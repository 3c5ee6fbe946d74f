// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The branches that SAM makes: `sam/<words of the title>-<short id>`.
public enum BranchName {
  /// At most 40 characters of lower-case ASCII words for a title; `task` when the title has none.
  public static func slug(_ title: String) -> String {
    // Latin letters lose their accents; scripts that have no ASCII form are left out.
    let plain = title.folding(options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil)
    var slug = ""
    for character in plain.lowercased() {
      if character.isASCII, character.isLetter || character.isNumber {
        slug.append(character)
      } else if !slug.isEmpty, !slug.hasSuffix("-") {
        slug.append("-")
      }
    }
    slug = String(slug.prefix(40))
    while slug.hasSuffix("-") { slug.removeLast() }
    return slug.isEmpty ? "task" : slug
  }

  /// A name that none of `taken` is or contains.
  ///
  /// - Parameters:
  ///   - title: The task's title.
  ///   - id: The task's id; its last eight letters and digits make the name unique.
  ///   - taken: The branches of the repository.
  public static func make(title: String, id: String, taken: Set<String>) -> String {
    let short = String(id.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.suffix(8))
    // A branch called `sam` forbids every `sam/…`: git keeps branches in folders.
    let prefix = taken.contains("sam") ? "sam-" : "sam/"
    let name = prefix + slug(title) + "-" + (short.isEmpty ? "0" : short)
    var candidate = name
    var number = 2
    while taken.contains(candidate) || taken.contains(where: { $0.hasPrefix(candidate + "/") }) {
      candidate = "\(name)-\(number)"
      number += 1
    }
    return candidate
  }

  /// Whether git takes this as the name of a branch (git-check-ref-format(1)), and no command takes it as an option.
  public static func isValid(_ name: String) -> Bool {
    let components = name.split(separator: "/", omittingEmptySubsequences: false)
    let forbidden = name.unicodeScalars.contains {
      $0.value <= 0x20 || $0.value == 0x7F || "~^:?*[\\".contains($0.description)
    }
    return !name.isEmpty && name.utf8.count < 200 && !name.hasPrefix("-") && name != "@" && name != "HEAD" && !forbidden
      && !name.contains("..") && !name.contains("@{") && !name.hasSuffix(".")
      && components.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") }
  }
}
