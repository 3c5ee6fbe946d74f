// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SAMRPC

@Suite struct JSONValueTests {
  @Test(
    arguments: [
      ("null", JSONValue.null), ("true", true), (" [ ] ", []), ("{}", [:]), ("-0", .number(-0.0)), ("0", 0),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .unsigned(9_223_372_036_854_775_808)), ("18446744073709551615", .unsigned(.max)),
      ("18446744073709551616", .number(18_446_744_073_709_551_616)),
      ("123456789012345678901234567890", .number(1.2345678901234568e29)),
      ("-9223372036854775809", .number(-9.223372036854775808e18)),
      ("1e400", .number(.greatestFiniteMagnitude)), ("-1e400", .number(-.greatestFiniteMagnitude)),
      ("1e-400", .number(0)),
      ("0.1", .number(0.1)), ("1.5E+3", .number(1500)), ("5e-324", .number(.leastNonzeroMagnitude)),
      ("2.2250738585072014e-308", .number(.leastNormalMagnitude)),
      ("\"a\\n\\u0041\\\"\\\\\\/\\b\\f\\r\\t\"", "a\nA\"\\/\u{8}\u{c}\r\t"), ("\"\\ud83d\\ude00é😀\"", "😀é😀"),
      ("\"\\ud83d\"", "\u{FFFD}"), ("\"\\ud83dx\"", "\u{FFFD}x"), ("\"\\ude00\\ud83d\"", "\u{FFFD}\u{FFFD}"),
      ("\"\\ud83d\\u0041\"", "\u{FFFD}A"),
      ("{\"a\":1,\"b\":[true,null],\"a\":2}", ["a": 2, "b": [true, nil]]),
    ] as [(String, JSONValue)])
  func `a valid text has exactly one meaning`(text: String, expected: JSONValue) throws {
    let value = try JSONValue(parsing: text)
    #expect(value == expected)
    #expect(value.hashValue == expected.hashValue)
    #expect(try JSONValue(parsing: value.serialized()) == value)
  }

  @Test(
    arguments: [
      ("", JSONError.Code.unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3),
      ("[1,]", .unexpectedByte, 3),
      ("{\"a\"}", .unexpectedByte, 4), ("{a:1}", .unexpectedByte, 1), ("{\"a\":1,}", .unexpectedByte, 7),
      ("nul", .unexpectedEnd, 3),
      ("nulL", .unexpectedByte, 3), ("1 2", .trailingBytes, 2), ("01", .invalidNumber, 0), ("-", .unexpectedEnd, 1),
      ("1.", .unexpectedEnd, 2), ("1.x", .invalidNumber, 0), (".5", .unexpectedByte, 0), ("1e", .unexpectedEnd, 2),
      ("+1", .unexpectedByte, 0),
      ("\"a", .unexpectedEnd, 2), ("\"a\nb\"", .controlCharacter, 2), ("\"\\x\"", .invalidEscape, 1),
      ("\"\\u12G4\"", .invalidEscape, 1),
      ("\"\\u12", .unexpectedEnd, 5), ("NaN", .unexpectedByte, 0), ("\u{FEFF}1", .unexpectedByte, 0),
      ("[1}", .unexpectedByte, 2),
    ] as [(String, JSONError.Code, Int)])
  func `an invalid text is refused at the byte that breaks it`(text: String, code: JSONError.Code, offset: Int) {
    #expect(throws: JSONError(code, at: offset)) { try JSONValue(parsing: text) }
  }

  @Test(
    arguments: [
      ([0x22, 0x61, 0xFF, 0x22], 2), ([0x22, 0xC0, 0xAF, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
      ([0x22, 0x5C, 0x6E, 0x62, 0xE2, 0x82, 0x22], 4),
    ] as [([UInt8], Int)])
  func `bytes that are not UTF-8 are refused`(bytes: [UInt8], offset: Int) {
    #expect(throws: JSONError(.invalidUTF8, at: offset)) { try JSONValue(parsing: bytes) }
  }

  @Test func `nesting is limited`() throws {
    let deepest = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    #expect(try JSONValue(parsing: deepest).arrayValue?.count == 1)
    #expect(throws: JSONError(.tooDeep, at: 512)) { try JSONValue(parsing: "[" + deepest + "]") }
  }

  @Test func `a slice is read in place and an odd collection is copied`() throws {
    let bytes = Array("xx[1,2]yy".utf8)
    #expect(try JSONValue(parsing: bytes[2..<7]) == [1, 2])
    #expect(try JSONValue(parsing: Array(bytes[2..<7].reversed()).reversed()) == [1, 2])
  }

  @Test func `objects are equal whatever the order, numbers whatever the spelling`() throws {
    let pairs: [(JSONValue, JSONValue, Bool)] = [
      (["a": 1, "b": 2], ["b": 2, "a": 1], true), (["a": 1], ["a": 1, "b": nil], false), (["a": nil], [:], false),
      (1, 1.0, true), (.number(-0.0), 0, true), (.unsigned(.max), .number(0x1p64), false),
      (.unsigned(1 << 63), .number(9_223_372_036_854_775_808), true),
      (.integer(.max), .number(0x1p63), false),
      ("é", "e\u{301}", false), ([1, 2], [2, 1], false), (0, false, false), (nil, false, false), ("1", 1, false),
    ]
    for (a, b, equal) in pairs {
      #expect((a == b) == equal, "\(a) \(b)")
      #expect((b == a) == equal, "\(b) \(a)")
      if equal { #expect(a.hashValue == b.hashValue, "\(a) \(b)") }
    }
  }

  @Test func `text is compact, keeps the order of members, or sorts them by bytes`() {
    let value: JSONValue = ["b": [1, -2, 1.5, nil], "a": "\u{1}\u{1f}\n\"\\/é", "Z": true]
    #expect(value.serializedString() == #"{"b":[1,-2,1.5,null],"a":"\u0001\u001f\n\"\\/é","Z":true}"#)
    #expect(value.serializedString(sortedKeys: true) == #"{"Z":true,"a":"\u0001\u001f\n\"\\/é","b":[1,-2,1.5,null]}"#)
    #expect(JSONValue.array([.number(.nan), .number(.infinity)]).serializedString() == "[null,null]")
  }

  @Test func `a value stands inside Codable values`() throws {
    struct Box: Codable, Equatable { var value: JSONValue }
    let box = Box(value: ["a": [1, -1, true, nil, "x", 1.5, .unsigned(.max), [:], []], "n": nil])
    #expect(try JSONDecoder().decode(Box.self, from: JSONEncoder().encode(box)) == box)
  }

  @Test func `members and elements are reached by subscript`() {
    var value: JSONValue = ["a": [1, "x"], "f": 3.0]
    #expect(value["a"]?[1]?.stringValue == "x")
    #expect(value["a"]?[2] == nil && value["b"] == nil && value[0] == nil)
    #expect(value["f"]?.intValue == 3 && value["f"]?.uint64Value == 3 && value["a"]?[0]?.doubleValue == 1)
    value["b"] = true
    value["a"] = nil
    #expect(value == ["b": true, "f": 3])
  }

  @Test func `the parser agrees with Foundation on random numbers`() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      #expect(try JSONValue(parsing: "\(number)").doubleValue == number, "\(number)")
      let short = Double(Int64.random(in: -1_000_000_000...1_000_000_000)) / Double(10 ^ Int.random(in: 0...9))
      #expect(try JSONValue(parsing: "\(short)").doubleValue == short, "\(short)")
    }
  }
}
