// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import Testing

@Suite struct CursorTests {
  @Test("A cursor comes back as the place that it was made of", arguments: [0, 1, 4_000_000_000, Int64.max])
  func roundTrip(seq: Int64) throws {
    let cursor = Cursor(session: Samples.session, seq: seq)
    #expect(try Cursor(cursor.description, of: Samples.session) == cursor)
    #expect(cursor.description.utf8.allSatisfy { $0 > 44 && $0 < 127 && $0 != 47 && $0 != 61 })
  }

  @Test("A cursor of another session is refused")
  func foreign() throws {
    let cursor = Cursor(session: SessionID(trusted: "session_02"), seq: 3).description
    let rejection = #expect(throws: Rejection.self) { try Cursor(cursor, of: Samples.session) }
    #expect(rejection?.code == .invalid)
  }

  @Test(
    "What is no cursor is refused",
    arguments: [
      "", "garbage", "====", "MXxzZXNzaW9uXzAxfDE=", "MnxzZXNzaW9uXzAxfDE", "MXxzZXNzaW9uXzAxfC0x",
      "MXxzZXNzaW9uXzAx", "MXx0YXNrXzAxfDE", "MXxzZXNzaW9uXzAxfDF8", "MXxzZXNzaW9uXzAxfDF", "\u{0}", "ä",
      String(repeating: "M", count: 100_000),
    ])
  func garbage(text: String) {
    let rejection = #expect(throws: Rejection.self) { try Cursor(text) }
    #expect(rejection?.code == .invalid)
    #expect((rejection?.message.utf8.count ?? 0) < 400)
  }

  @Test("A list's cursor works in that list alone")
  func lists() throws {
    let text = ListCursor(kind: SAMTask.kind, last: "task_01").description
    #expect(try ListCursor(text, of: SAMTask.kind).last == "task_01")
    #expect(throws: Rejection.self) { try ListCursor(text, of: Session.kind) }
    #expect(throws: Rejection.self) { try Cursor(text) }
    #expect(throws: Rejection.self) {
      try ListCursor(Cursor(session: Samples.session, seq: 1).description, of: SAMTask.kind)
    }
  }
}
