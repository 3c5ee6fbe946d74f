// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC

/// What a client and an agent said to each other, in a file: one JSON object a line.
///
/// ```
/// {"recording":1,"protocol":"acp","command":["vibe-acp"],"started":"2026-01-31T12:00:00Z"}
/// {"at":12,"from":"client","text":"{\"jsonrpc\":\"2.0\",…}\n"}
/// {"at":31,"from":"agent","text":"…\n"}
/// {"at":90,"note":"the limit of 67108864 bytes is reached; nothing more is recorded"}
/// ```
///
/// `at` counts milliseconds from `started`. `text` is a line as it went over the wire, with its line break if it had one;
/// bytes that are no UTF-8 stand in `hex` instead. What a `note` says is for people. A header in the middle begins another
/// run of the agent in the same session. docs/recordings.md has the whole format.
public struct Recording: Sendable {
  /// One of the two.
  public enum Side: String, Sendable, CaseIterable {
    /// Who prompts.
    case client
    /// Who works.
    case agent

    /// The other one.
    public var other: Side { self == .client ? .agent : .client }
  }

  /// One line on the wire.
  public struct Line: Hashable, Sendable {
    /// When, in milliseconds from the start.
    public var at: Int64
    /// Who said it.
    public var from: Side
    /// What was said, with its line break.
    public var bytes: [UInt8]
    /// Its line in the file, from 1.
    public var number: Int
  }

  /// The version of the format.
  public static let version: Int64 = 1
  /// What was said, in order.
  public private(set) var lines: [Line] = []

  /// Reads a recording; the first run of the agent, when there are more.
  /// - Throws: ``ACPError`` with the line that is none of a recording.
  public init(_ file: [UInt8]) throws(ACPError) {
    var headers = 0
    for (index, part) in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      guard !part.isEmpty else { continue }
      guard let json = try? JSONValue(parsing: part) else { throw Self.broken(index + 1) }
      if let version = json["recording"]?.int64Value {
        guard version == Self.version else {
          throw ACPError(
            .mismatch, "The recording has format \(version); this version reads \(Self.version). Update it.")
        }
        headers += 1
        if headers > 1 { return }
      } else if headers == 1, let from = json["from"]?.stringValue.flatMap(Side.init) {
        guard
          let bytes = json["text"]?.stringValue.map({ Array($0.utf8) }) ?? json["hex"]?.stringValue.flatMap(Self.bytes)
        else { throw Self.broken(index + 1) }
        lines.append(Line(at: json["at"]?.int64Value ?? 0, from: from, bytes: bytes, number: index + 1))
      } else if headers == 0 || json["note"] == nil {
        throw Self.broken(index + 1)
      }
    }
    if headers == 0 { throw Self.broken(1) }
  }

  /// The first line of a run.
  static func header(command: [String], started: String) -> JSONValue {
    [
      "recording": .integer(version), "protocol": "acp", "command": .array(command.map { .string($0) }),
      "started": .string(started),
    ]
  }

  /// A line of the file.
  static func line(at: Int64, from: Side, _ bytes: [UInt8]) -> JSONValue {
    var object: JSONObject = ["at": .integer(at), "from": .string(from.rawValue)]
    if let text = String(validating: bytes, as: UTF8.self) {
      object["text"] = .string(text)
    } else {
      let digits = Array("0123456789abcdef")
      object["hex"] = .string(String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }))
    }
    return .object(object)
  }

  private static func bytes(hex: String) -> [UInt8]? {
    let digits = hex.compactMap(\.hexDigitValue)
    guard digits.count == hex.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  private static func broken(_ line: Int) -> ACPError {
    ACPError(.mismatch, "Line \(line) is none of a recording. Use a file that 'samctl record' or samd has written.")
  }
}
