// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import SAMRPC
import Testing

@Suite struct StreamFrameTests {
  static let frames: [Golden] = [
    Golden(
      "entries",
      #"{"type":"entries","items":[{"cursor":"MXxzZXNzaW9uXzAxfDc","entry":{"session":"session_01","seq":7,"turn":"turn_01","at":"2026-02-03T04:04:05.006Z","epoch":2,"type":"agent","text":"hi"}}]}"#
    ) {
      let view = EntryView(Samples.entry(.agent(TextBlock("hi"))))
      return StreamFrame.entries([EntryItem(cursor: view.cursor, entry: view)])
    },
    Golden("live", #"{"type":"live"}"#) { StreamFrame.live },
    Golden("reset", #"{"type":"reset","cursor":"MXxzZXNzaW9uXzAxfDc","reason":"retention"}"#) {
      StreamFrame.reset(cursor: Cursor(session: Samples.session, seq: 7), reason: "retention")
    },
    Golden(
      "error",
      #"{"type":"error","problem":{"type":"urn:sam:problem:unavailable","title":"unavailable","status":503,"detail":"later","code":"unavailable"}}"#
    ) { StreamFrame.error(Problem(.unavailable, "later")) },
    Golden("a kind of another version", #"{"type":"news"}"#) { StreamFrame.unknown(type: "news") },
  ]

  @Test("Every frame is written as documented, and read back as the same frame", arguments: frames)
  func golden(_ golden: Golden) throws {
    let (encoded, survives) = try golden.run()
    #expect(try JSONValue(parsing: Array(encoded.utf8)) == JSONValue(parsing: Array(golden.json.utf8)), "\(encoded)")
    #expect(survives)
  }
}
