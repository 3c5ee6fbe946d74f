// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMCore
import Testing

@testable import samctl

/// What is sent along with a prompt: what a file is, and how it is shown.
@Suite struct AttachmentTextTests {
  @Test(
    "A picture is known by how it begins, a text by its name",
    arguments: [
      ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0], "a.txt", "image/png"),
      ([0xFF, 0xD8, 0xFF, 0xE0], "a", "image/jpeg"),
      (Array("GIF89a".utf8), "a", "image/gif"), (Array("RIFF1234WEBPVP8 ".utf8), "a", "image/webp"),
      (Array("%PDF-1.7".utf8), "a", "application/pdf"), (Array("no picture".utf8), "a.png", "text/plain"),
      (Array("# A".utf8), "README.MD", "text/markdown"), (Array("{}".utf8), "a.json", "application/json"),
      (Array("<svg/>".utf8), "a.svg", "image/svg+xml"), (Array("x".utf8), "Makefile", "text/plain"),
      ([0, 1, 2], "a.txt", "application/octet-stream"), ([0xC3, 0x28], "a.md", "application/octet-stream"),
    ] as [([UInt8], String, String)])
  func mediaTypes(bytes: [UInt8], name: String, type: String) {
    #expect(MediaType.of(Data(bytes), named: name) == type)
  }

  @Test(
    "Sizes are short",
    arguments: [(812, "812 bytes"), (12_390, "12.1 KiB"), (1_048_575, "1024.0 KiB"), (3_565_158, "3.4 MiB")])
  func sizes(count: Int, text: String) {
    #expect(Amount.bytes(count) == text)
  }

  @Test("A prompt shows what came with it, and a name steers no terminal")
  func shown() {
    let notes = [
      AttachmentNote(
        id: AttachmentID(trusted: "attachment_1"), name: "a\u{1B}[2Jb.png", type: "image/png", size: 3),
      AttachmentNote(id: AttachmentID(trusted: "attachment_2"), name: "spec", uri: "https://example.org"),
    ]
    var renderer = EntryRenderer(style: .plain)
    let text = renderer.render(.user(TextBlock("Look", attachments: notes)))
    #expect(text == "> Look\n> [with a[2Jb.png (image/png, 3 bytes)]\n> [with spec (https://example.org)]\n")
  }
}
