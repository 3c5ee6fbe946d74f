// SPDX-License-Identifier: Apache-2.0

/// Finds secrets in what passes by: values that are known, and words that look like keys.
///
/// - A known value is found wherever it stands, as it is and as JSON writes it in a string. Values of fewer than
///   8 bytes are not looked for: they would be found everywhere.
/// - A word is taken for a key when it begins with one of ``prefixes``, 16 or more letters, digits, `-` or `_` follow, and none
///   of these stands before it.
///
/// What is written differently (base64, one letter a line) is not found.
public struct SecretFilter: Sendable {
  /// What stands in the place of a secret.
  public static let mark = "[redacted]"
  /// How keys of well-known services begin.
  public static let prefixes = [
    "sk-", "sk_live_", "sk_test_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-", "xoxp-",
    "AKIA", "AIza", "hf_", "npm_", "pypi-",
  ]
  private static let words = prefixes.map { Array($0.utf8) }
  private static let keyLength = 16

  private let values: [[UInt8]]

  /// - Parameter values: the known secrets.
  public init(values: some Sequence<String>) {
    var all: Set<[UInt8]> = []
    for value in values where value.utf8.count >= 8 {
      all.insert(Array(value.utf8))
      all.insert(Array(JSONValue.string(value).serialized().dropFirst().dropLast()))
    }
    // The longest first, so that one which is part of another does not leave the rest of it.
    self.values = all.sorted { $0.count != $1.count ? $0.count > $1.count : $0.lexicographicallyPrecedes($1) }
  }

  /// The values of variables whose names say that they are secret: with `KEY`, `TOKEN`, `SECRET`, `PASSWORD` or
  /// `CREDENTIAL` in them.
  public static func secrets(in environment: [String: String]) -> [String] {
    environment.filter { name, _ in
      let name = name.uppercased()
      return ["KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL"].contains { name.contains($0) }
    }.map(\.value)
  }

  /// Takes the secrets out of a text.
  public func redact(_ bytes: [UInt8]) -> [UInt8] { Self.cut(spans(in: bytes), out: bytes) }

  /// Where the secrets are, in order and apart from each other.
  public func spans(in bytes: [UInt8]) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      if let length = secret(in: bytes, at: index) {
        spans.append(index..<index + length)
        index += length
      } else {
        index += 1
      }
    }
    return spans
  }

  /// Where a secret begins that the end of the text may have cut off; nil when none does.
  public func openEnd(of bytes: [UInt8]) -> Int? {
    let reach = max(values.first?.count ?? 0, 256)
    return (max(0, bytes.count - reach)..<bytes.count).first { start in
      let tail = bytes[start...]
      if values.contains(where: { $0.count > tail.count && $0.starts(with: tail) }) { return true }
      guard Self.isWordStart(bytes, start) else { return false }
      return Self.words.contains { word in
        tail.count < word.count
          ? word.starts(with: tail) : tail.starts(with: word) && tail.allSatisfy(Self.isWordByte)
      }
    }
  }

  /// A text without some parts of it.
  public static func cut(_ spans: [Range<Int>], out bytes: [UInt8]) -> [UInt8] {
    guard !spans.isEmpty else { return bytes }
    var result: [UInt8] = []
    var end = 0
    for span in spans {
      result += bytes[end..<span.lowerBound] + Array(mark.utf8)
      end = span.upperBound
    }
    return result + bytes[end...]
  }

  private func secret(in bytes: [UInt8], at index: Int) -> Int? {
    let rest = bytes[index...]
    if let value = values.first(where: { $0[0] == bytes[index] && rest.starts(with: $0) }) { return value.count }
    guard Self.isWordByte(bytes[index]), Self.isWordStart(bytes, index),
      let word = Self.words.first(where: { $0[0] == bytes[index] && rest.starts(with: $0) })
    else { return nil }
    let length = word.count + rest.dropFirst(word.count).prefix(while: Self.isWordByte).count
    return length >= word.count + Self.keyLength ? length : nil
  }

  private static func isWordStart(_ bytes: [UInt8], _ index: Int) -> Bool {
    // In JSON the letter of an escape (\n) may stand before it, which is no part of a word.
    guard index > 0, isWordByte(bytes[index - 1]) else { return true }
    return index > 1 && bytes[index - 2] == UInt8(ascii: "\\")
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 95
  }
}
