// SPDX-License-Identifier: Apache-2.0

#if canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// Cuts a byte stream into lines, whatever the chunks in which it arrives. Pure: it does no I/O.
///
/// A line ends with LF or CR LF. Lines that hold nothing but spaces and tabs are dropped.
public struct LineFramer: Sendable {
  /// What was found in the stream.
  public enum Output: Hashable, Sendable {
    /// A whole line without its line break.
    case line([UInt8])
    /// A line that is longer than the limit; the rest of it is skipped and the stream goes on. The payload is its start.
    case oversized(prefix: [UInt8])
    /// The stream ended inside a line; the payload is what there was of it.
    case unfinished([UInt8])
  }

  /// The length, in bytes, above which a line is skipped: 64 MiB.
  public static let defaultLimit = 64 << 20
  /// How many bytes of a skipped line are reported.
  public static let prefixLength = 256

  private let limit: Int
  private var buffer: [UInt8] = []
  private var skipping = false

  /// Makes a framer.
  ///
  /// - Parameter limit: The longest line, in bytes without its line break.
  public init(limit: Int = LineFramer.defaultLimit) {
    self.limit = limit
  }

  /// Takes the next chunk of the stream.
  ///
  /// - Parameter chunk: Any number of bytes.
  /// - Returns: What the chunk completed, in order.
  public mutating func append(_ chunk: [UInt8]) -> [Output] {
    chunk.withUnsafeBufferPointer { bytes in
      var outputs: [Output] = []
      var rest = bytes[...]
      while let newline = Self.newline(in: rest) {
        take(rest[..<newline], endsLine: true, into: &outputs)
        rest = rest[(newline + 1)...]
      }
      if !rest.isEmpty { take(rest, endsLine: false, into: &outputs) }
      return outputs
    }
  }

  /// Ends the stream.
  ///
  /// - Returns: The unfinished line, if there is one.
  public mutating func finish() -> [Output] {
    defer { (buffer, skipping) = ([], false) }
    return skipping || Self.isBlank(buffer[...]) ? [] : [.unfinished(buffer)]
  }

  private static func newline(in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    let part = UnsafeBufferPointer(rebasing: bytes)
    guard let base = part.baseAddress, let found = memchr(base, 0x0A, part.count) else { return nil }
    return bytes.startIndex + (UnsafeRawPointer(found) - UnsafeRawPointer(base))
  }

  private static func isBlank(_ line: some Sequence<UInt8>) -> Bool {
    line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }

  private mutating func take(
    _ bytes: Slice<UnsafeBufferPointer<UInt8>>, endsLine: Bool, into outputs: inout [Output]
  ) {
    defer { if endsLine { skipping = false } }
    guard !skipping else { return }
    // One byte more than the limit may be the CR of a CR LF.
    let length = buffer.count + bytes.count
    guard length <= limit || (length == limit + 1 && (bytes.last ?? buffer.last) == 0x0D) else {
      let prefix = buffer.prefix(Self.prefixLength) + bytes.prefix(max(0, Self.prefixLength - buffer.count))
      outputs.append(.oversized(prefix: Array(prefix)))
      buffer = []
      skipping = true
      return
    }
    guard endsLine else {
      buffer.append(contentsOf: bytes)
      return
    }
    var line = buffer
    buffer = []
    line.append(contentsOf: bytes)
    if line.last == 0x0D { line.removeLast() }
    if !Self.isBlank(line) { outputs.append(.line(line)) }
  }
}
