// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
  /// Writes the value as compact JSON on one line.
  ///
  /// - Parameter sortedKeys: Whether members are ordered by their keys' UTF-8 bytes, which makes equal values equal bytes
  ///   (but for `1` and `1.0`).
  /// - Returns: UTF-8 without line breaks.
  public func serialized(sortedKeys: Bool = false) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(256)
    serialize(into: &output, sortedKeys: sortedKeys)
    return output
  }

  /// Appends the value as compact JSON.
  ///
  /// - Parameters:
  ///   - output: The bytes to append to.
  ///   - sortedKeys: Whether members are ordered by their keys' UTF-8 bytes.
  public func serialize(into output: inout [UInt8], sortedKeys: Bool = false) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .unsigned(let value): output.append(contentsOf: String(value).utf8)
    case .number(let value): output.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
    case .string(let value): Self.serialize(value, into: &output)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      var first = true
      for element in elements {
        if first { first = false } else { output.append(UInt8(ascii: ",")) }
        element.serialize(into: &output, sortedKeys: sortedKeys)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      Self.serialize(members, into: &output, sortedKeys: sortedKeys)
    }
  }

  /// Writes the value as compact JSON text.
  ///
  /// - Parameter sortedKeys: Whether members are ordered by their keys' UTF-8 bytes.
  public func serializedString(sortedKeys: Bool = false) -> String {
    String(decoding: serialized(sortedKeys: sortedKeys), as: UTF8.self)
  }

  private static func serialize(_ members: JSONObject, into output: inout [UInt8], sortedKeys: Bool) {
    output.append(UInt8(ascii: "{"))
    var first = true
    func write(_ key: String, _ value: JSONValue, into output: inout [UInt8]) {
      if first { first = false } else { output.append(UInt8(ascii: ",")) }
      serialize(key, into: &output)
      output.append(UInt8(ascii: ":"))
      value.serialize(into: &output, sortedKeys: sortedKeys)
    }
    if sortedKeys {
      let sorted = members.elements.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for (key, value) in sorted { write(key, value, into: &output) }
    } else {
      for (key, value) in members { write(key, value, into: &output) }
    }
    output.append(UInt8(ascii: "}"))
  }

  private static func serialize(_ text: String, into output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { bytes in
      var runStart = 0
      for index in 0..<bytes.count {
        let byte = bytes[index]
        if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
        output.append(contentsOf: bytes[runStart..<index])
        runStart = index + 1
        escape(byte, into: &output)
      }
      output.append(contentsOf: bytes[runStart...])
    }
    output.append(UInt8(ascii: "\""))
  }

  private static func escape(_ byte: UInt8, into output: inout [UInt8]) {
    let short: UInt8
    switch byte {
    case 0x08: short = UInt8(ascii: "b")
    case 0x09: short = UInt8(ascii: "t")
    case 0x0A: short = UInt8(ascii: "n")
    case 0x0C: short = UInt8(ascii: "f")
    case 0x0D: short = UInt8(ascii: "r")
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): short = byte
    default:
      let hex = Array("0123456789abcdef".utf8)
      output.append(contentsOf: "\\u00".utf8)
      output.append(hex[Int(byte >> 4)])
      output.append(hex[Int(byte & 15)])
      return
    }
    output.append(UInt8(ascii: "\\"))
    output.append(short)
  }
}
