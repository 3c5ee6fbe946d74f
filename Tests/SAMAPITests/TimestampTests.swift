// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import Testing

@Suite struct TimestampTests {
  @Test(
    "A time is written as RFC 3339 with milliseconds, in UTC",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1_770_091_445_006, "2026-02-03T04:04:05.006Z"),
      (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func write(milliseconds: Int64, text: String) {
    let time = APITimestamp(Timestamp(milliseconds: milliseconds))
    #expect(time.description == text)
    #expect(APITimestamp(text) == time)
  }

  @Test(
    "Other forms of RFC 3339 are read",
    arguments: [
      ("2026-02-03T04:04:05Z", 1_770_091_445_000), ("2026-02-03t04:04:05.1z", 1_770_091_445_100),
      ("2026-02-03 05:04:05.123456789+01:00", 1_770_091_445_123), ("2026-02-02T23:34:05-04:30", 1_770_091_445_000),
      ("2016-12-31T23:59:60Z", 1_483_228_799_999),
    ] as [(String, Int64)])
  func read(text: String, milliseconds: Int64) {
    #expect(APITimestamp(text)?.timestamp.milliseconds == milliseconds)
  }

  @Test(
    "What is no time is refused",
    arguments: [
      "", "2026", "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
      "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00Zx",
      "2026-01-00T00:00:00Z", "１026-01-01T00:00:00Z",
    ])
  func garbage(text: String) { #expect(APITimestamp(text) == nil) }

  @Test("Every day of four centuries survives")
  func days() {
    for day in stride(from: Int64(-80_000), through: 80_000, by: 1) {
      let time = APITimestamp(Timestamp(milliseconds: day * 86_400_000))
      guard APITimestamp(time.description) == time else {
        Issue.record("\(time) does not survive")
        return
      }
    }
  }

  @Test("Times beyond four-digit years are cut")
  func cut() {
    #expect(APITimestamp(Timestamp(milliseconds: .max)).description == "9999-12-31T23:59:59.999Z")
    #expect(APITimestamp(Timestamp(milliseconds: .min)).description == "0000-01-01T00:00:00.000Z")
  }
}
