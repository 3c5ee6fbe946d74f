// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
  /// How deep arrays and objects may be nested.
  public static let maximumDepth = 512

  /// Parses exactly one JSON value (RFC 8259), with white space around it allowed.
  ///
  /// The bytes must be UTF-8 without a byte order mark. An escaped lone surrogate (`"\ud83d"`, as made by runtimes that
  /// cut strings by UTF-16 units) becomes U+FFFD: losing one character beats losing the message. Of a repeated key the
  /// last value counts. Whole numbers beyond 64 bits become the nearest `Double`; numbers beyond the range of `Double`
  /// (`1e400`) become its greatest finite value with their sign, too small ones become zero.
  ///
  /// - Parameter bytes: The text; contiguous collections are read in place.
  /// - Throws: ``JSONError`` with the offset in bytes.
  public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
    let result =
      bytes.withContiguousStorageIfAvailable { Self.parse($0) } ?? Array(bytes).withUnsafeBufferPointer(Self.parse)
    self = try result.get()
  }

  /// Parses exactly one JSON value from a string; see ``init(parsing:)-(Collection<UInt8>)``.
  ///
  /// - Throws: ``JSONError`` with the offset in bytes of UTF-8.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: text.utf8)
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<JSONValue, JSONError> {
    do throws(JSONError) {
      var parser = JSONParser(bytes)
      return .success(try parser.document())
    } catch {
      return .failure(error)
    }
  }
}

/// A recursive descent parser over bytes; it lives only as long as the buffer that it reads.
struct JSONParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var index = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    guard index == bytes.count else { throw JSONError(.trailingBytes, at: index) }
    return value
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    skipSpace()
    guard index < bytes.count else { throw JSONError(.unexpectedEnd, at: index) }
    switch bytes[index] {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      var number = JSONNumberScanner(bytes, at: index)
      let result = try number.scan()
      index = number.index
      return result
    default: throw JSONError(.unexpectedByte, at: index)
    }
  }

  @inline(__always)
  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      default: return
      }
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for offset in 0..<text.utf8CodeUnitCount {
      guard index + offset < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
      guard bytes[index + offset] == text.utf8Start[offset] else {
        throw JSONError(.unexpectedByte, at: index + offset)
      }
    }
    index += text.utf8CodeUnitCount
    return value
  }

  /// Moves past one of two bytes after white space and says whether it was the first.
  private mutating func expect(_ first: UInt8, or second: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    guard index < bytes.count else { throw JSONError(.unexpectedEnd, at: index) }
    let byte = bytes[index]
    guard byte == first || byte == second else { throw JSONError(.unexpectedByte, at: index) }
    index += 1
    return byte == first
  }

  /// Whether the container that was just opened closes at once.
  private mutating func closes(with close: UInt8) -> Bool {
    skipSpace()
    guard index < bytes.count, bytes[index] == close else { return false }
    index += 1
    return true
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= JSONValue.maximumDepth else { throw JSONError(.tooDeep, at: index) }
    index += 1
    var elements: [JSONValue] = []
    if closes(with: UInt8(ascii: "]")) { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth))
    } while try expect(UInt8(ascii: ","), or: UInt8(ascii: "]"))
    return .array(elements)
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= JSONValue.maximumDepth else { throw JSONError(.tooDeep, at: index) }
    index += 1
    var members: JSONObject = [:]
    if closes(with: UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipSpace()
      guard index < bytes.count else { throw JSONError(.unexpectedEnd, at: index) }
      guard bytes[index] == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: index) }
      let key = try string()
      _ = try expect(UInt8(ascii: ":"), or: UInt8(ascii: ":"))
      members[key] = try value(depth: depth)
    } while try expect(UInt8(ascii: ","), or: UInt8(ascii: "}"))
    return .object(members)
  }
}

// MARK: - Strings

extension JSONParser {
  private mutating func string() throws(JSONError) -> String {
    let start = index + 1
    var end = start
    while true {
      guard end < bytes.count else { throw JSONError(.unexpectedEnd, at: end) }
      let byte = bytes[end]
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start, firstEscape: end) }
      guard byte >= 0x20 else { throw JSONError(.controlCharacter, at: end) }
      end += 1
    }
    index = end + 1
    return try text(UnsafeBufferPointer(rebasing: bytes[start..<end]), at: start)
  }

  private func text(_ slice: UnsafeBufferPointer<UInt8>, at start: Int) throws(JSONError) -> String {
    if let text = String(validating: slice, as: UTF8.self) { return text }
    throw JSONError(.invalidUTF8, at: start + UTF8Fault.offset(in: slice))
  }

  private mutating func escapedString(from start: Int, firstEscape: Int) throws(JSONError) -> String {
    var output: [UInt8] = []
    output.reserveCapacity(firstEscape - start + 64)
    // Invalid UTF-8 is looked for in the runs of the input, so that the offset stays one of the input.
    var runStart = start
    var end = firstEscape
    while true {
      guard end < bytes.count else { throw JSONError(.unexpectedEnd, at: end) }
      let byte = bytes[end]
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        output.append(contentsOf: bytes[runStart..<end])
        end = try escape(at: end, into: &output)
        runStart = end
      } else {
        guard byte >= 0x20 else { throw JSONError(.controlCharacter, at: end) }
        end += 1
      }
    }
    output.append(contentsOf: bytes[runStart..<end])
    index = end + 1
    if let text = String(validating: output, as: UTF8.self) { return text }
    throw JSONError(.invalidUTF8, at: start + UTF8Fault.offset(in: UnsafeBufferPointer(rebasing: bytes[start..<end])))
  }

  /// Appends what the escape at a backslash stands for and returns the index behind it.
  private func escape(at backslash: Int, into output: inout [UInt8]) throws(JSONError) -> Int {
    guard backslash + 1 < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    switch bytes[backslash + 1] {
    case UInt8(ascii: "\""): output.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): output.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): output.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"): return try unicodeEscape(at: backslash, into: &output)
    default: throw JSONError(.invalidEscape, at: backslash)
    }
    return backslash + 2
  }

  private func unicodeEscape(at backslash: Int, into output: inout [UInt8]) throws(JSONError) -> Int {
    let first = try hexUnit(at: backslash)
    var scalar = UInt32(first)
    var next = backslash + 6
    if first & 0xFC00 == 0xD800, next + 1 < bytes.count, bytes[next] == UInt8(ascii: "\\"),
      bytes[next + 1] == UInt8(ascii: "u")
    {
      let second = try hexUnit(at: next)
      if second & 0xFC00 == 0xDC00 {
        scalar = 0x10000 + (UInt32(first & 0x3FF) << 10) + UInt32(second & 0x3FF)
        next += 6
      }
    }
    output.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
    return next
  }

  /// The UTF-16 unit of the `\uXXXX` that starts at a backslash.
  private func hexUnit(at backslash: Int) throws(JSONError) -> UInt16 {
    guard backslash + 6 <= bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    var unit: UInt16 = 0
    for byte in bytes[(backslash + 2)..<(backslash + 6)] {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw JSONError(.invalidEscape, at: backslash)
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}

/// Finds the first byte that breaks UTF-8; used only to point at a fault that is already known.
enum UTF8Fault {
  static func offset(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let scalar): offset += scalar.count
      case .error, .emptyInput: return offset
      }
    }
  }
}
