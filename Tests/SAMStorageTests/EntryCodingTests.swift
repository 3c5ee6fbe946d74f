// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMRPC
import Testing

@testable import SAMStorage

@Suite("Stored entries")
struct EntryCodingTests {
  @Test(
    "the fast way and Codable write the same JSON and read each other's",
    arguments: [
      EntryBody.user(TextBlock("a")), .agent(TextBlock("b\n\"\u{0}é", message: "m")), .thought(TextBlock("")),
      .user(
        TextBlock(
          "a",
          attachments: [
            AttachmentNote(id: AttachmentID(trusted: "attachment_1"), name: "b", type: "image/png", size: 3, uri: "x:y")
          ])), .notice(Notice(.info, "n")), .other(OtherBody(update: "u")),
    ])
  func sameJSON(_ body: EntryBody) throws {
    let fast = try EntryCoding.encode(body)
    let slow = try StateCoding.encode(body)
    #expect(try JSONValue(parsing: fast) == JSONValue(parsing: slow))
    #expect(try EntryCoding.decode(slow) == body)
    #expect(try StateCoding.decode(EntryBody.self, from: fast) == body)
  }

  @Test("an unknown type becomes an other, damage an error")
  func strange() throws {
    #expect(
      try EntryCoding.decode(Array(#"{"type":"hologram","text":"x"}"#.utf8)) == .other(OtherBody(update: "hologram")))
    for bad in [
      "", "{", #"{"type":"agent"}"#, #"{"type":"agent","text":1}"#, #"{"type":"agent","text":"x","message":1}"#,
    ] {
      #expect(throws: StoreError.self, "\(bad)") { try EntryCoding.decode(Array(bad.utf8)) }
    }
  }
}
