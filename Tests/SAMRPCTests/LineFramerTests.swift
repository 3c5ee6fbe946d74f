// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import SAMRPC

@Suite struct LineFramerTests {
  private func frames(_ text: String, limit: Int = 8, chunk: Int) -> [LineFramer.Output] {
    var framer = LineFramer(limit: limit)
    var outputs: [LineFramer.Output] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      outputs += framer.append(Array(rest.prefix(chunk)))
      rest = rest.dropFirst(chunk)
    }
    return outputs + framer.finish()
  }

  @Test(
    arguments: [
      ("", []), ("a\nbc\n", [.line("a"), .line("bc")]), ("a\r\n\r\n \t\n\nb\n", [.line("a"), .line("b")]),
      ("a\nhalf", [.line("a"), .unfinished("half")]), ("a\n  ", [.line("a")]),
      ("12345678\n", [.line("12345678")]), ("12345678\r\n", [.line("12345678")]),
      ("1234567890123\nok\n", [.oversized("12345678"), .line("ok")]),
      ("123456789\r\nok\n", [.oversized("12345678"), .line("ok")]), ("1234567890", [.oversized("12345678")]),
      ("a\rb\n", [.line("a\rb")]),
    ] as [(String, [Expected])], [1, 2, 3, 7, 100])
  func `lines are the same whatever the chunks`(row: (text: String, expected: [Expected]), chunk: Int) {
    let found = frames(row.text, chunk: chunk).map { output -> Expected in
      switch output {
      case .line(let bytes): .line(String(decoding: bytes, as: UTF8.self))
      // How much of the start is known depends on the chunks.
      case .oversized(let prefix): .oversized(String(decoding: prefix.prefix(8), as: UTF8.self))
      case .unfinished(let bytes): .unfinished(String(decoding: bytes, as: UTF8.self))
      }
    }
    #expect(found == row.expected)
  }

  enum Expected: Equatable, Sendable { case line(String), oversized(String), unfinished(String) }

  @Test func `a line of more than 64 MiB is skipped, reported by its start, and the next one is read`() {
    var framer = LineFramer()
    let mebibyte = [UInt8](repeating: 0x78, count: 1 << 20)
    var outputs: [LineFramer.Output] = []
    for _ in 0..<65 { outputs += framer.append(mebibyte) }
    outputs += framer.append(Array("tail\nnext\n".utf8))
    #expect(outputs == [.oversized(prefix: Array(mebibyte.prefix(256))), .line(Array("next".utf8))])
  }

  @Test func `a line of exactly 64 MiB is kept`() {
    var framer = LineFramer()
    _ = framer.append([UInt8](repeating: 0x78, count: 64 << 20))
    guard case .line(let line) = framer.append([0x0A]).first else { return #expect(Bool(false), "no line") }
    #expect(line.count == 64 << 20)
  }
}
