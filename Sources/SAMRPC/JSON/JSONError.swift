// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not one JSON value.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of fault it is; the set may grow.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The code's stable name.
    public let rawValue: String
    /// Names a code.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The bytes end inside the value.
    public static let unexpectedEnd = Code(rawValue: "unexpected_end")
    /// A byte stands where the grammar allows none such.
    public static let unexpectedByte = Code(rawValue: "unexpected_byte")
    /// Something other than white space follows the value.
    public static let trailingBytes = Code(rawValue: "trailing_bytes")
    /// Arrays and objects are nested deeper than the limit.
    public static let tooDeep = Code(rawValue: "too_deep")
    /// A number breaks the grammar (leading zero, bare point, …).
    public static let invalidNumber = Code(rawValue: "invalid_number")
    /// A backslash is followed by no known escape.
    public static let invalidEscape = Code(rawValue: "invalid_escape")
    /// A control character stands bare in a string.
    public static let controlCharacter = Code(rawValue: "control_character")
    /// A string is not valid UTF-8.
    public static let invalidUTF8 = Code(rawValue: "invalid_utf8")
  }

  /// What kind of fault it is.
  public let code: Code
  /// Where it was found, in bytes from the start of the input.
  public let offset: Int

  /// Makes an error.
  public init(_ code: Code, at offset: Int) {
    self.code = code
    self.offset = offset
  }

  /// One line for a person.
  public var description: String {
    let name = code.rawValue.replacing("_", with: " ")
    return "not valid JSON: \(name) at byte \(offset); compare the sender's output at that place"
  }
}
