// SPDX-License-Identifier: Apache-2.0
import SAMCore
import Testing

/// Limits are said as people write sizes, and what no agent could live with is refused.
@Suite struct ProcessLimitsTests {
  @Test(
    arguments: [
      ("4GiB", 4 << 30), ("512 MiB", 512 << 20), ("1536kib", 1536 << 10), ("1073741824", 1 << 30), ("4GB", nil),
      ("4,5GiB", nil), ("GiB", nil), ("-1GiB", nil), ("9999999999TiB", nil), ("", nil),
    ] as [(String, Int64?)])
  func sizesAreReadAsWritten(_ text: String, _ bytes: Int64?) { #expect(ProcessLimits.bytes(text) == bytes) }

  @Test(
    arguments: [(4 << 30, "4 GiB"), (1536 << 20, "1536 MiB"), (1000, "1000 bytes"), (0, "0 bytes")] as [(Int64, String)]
  )
  func sizesAreShownExactly(_ bytes: Int64, _ text: String) { #expect(ProcessLimits.text(ofBytes: bytes) == text) }

  @Test func theyAreNamedInWords() {
    #expect(
      ProcessLimits(memory: 4 << 30, cpus: 2, processes: 512).words == ["memory 4 GiB", "2 CPUs", "512 processes"])
    #expect(ProcessLimits(cpus: 0.5).words == ["0.5 CPUs"])
    #expect(ProcessLimits().words.isEmpty)
  }
}
