// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMCore
import Testing

@testable import samctl

/// What an editor's person says becomes words and attachments.
@Suite struct EditorPromptTests {
  private func said(_ blocks: ACP.ContentBlock...) -> EditorPrompt { EditorPrompt(blocks, in: "/home/x/shop") }

  private func resource(_ uri: String, text: String? = nil, blob: String? = nil) -> ACP.ContentBlock {
    .resource(.init(resource: .init(uri: uri, text: text, blob: blob, mimeType: "")))
  }

  @Test("A file of the checkout is named by its place in it, in the words and in the address")
  func inside() {
    let prompt = said(
      .text(.init(text: "Fix ")), resource("file:///home/x/shop/src/a%20b.py", text: "x = 1"),
      .text(.init(text: " like ")), .resourceLink(.init(name: "c", uri: "file:///home/x/shop/c.py")))
    #expect(prompt.text == "Fix src/a b.py like c.py")
    #expect(
      prompt.attachments == [
        PromptAttachment(name: "a b.py", data: Base64("x = 1".utf8), uri: "attachment:///src/a%20b.py")
      ])
  }

  @Test("What is elsewhere keeps its address; bytes come as they are, and an empty file is only named")
  func outside() {
    let prompt = said(
      resource("zed:///agent/selection?path=a", text: "words"), resource("untitled", blob: "AAE="),
      resource("file:///home/x/shop/empty", text: ""))
    #expect(prompt.attachments.map(\.name) == ["selection", "untitled"])
    #expect(prompt.attachments.map(\.uri) == ["zed:///agent/selection?path=a", nil])
    #expect(prompt.attachments.last?.data == Base64([0, 1]))
    #expect(prompt.text.hasSuffix("empty"))
  }

  @Test("A picture alone gets words, and what cannot be passed on is said")
  func pictures() throws {
    let alone = said(.image(.init(data: "AAE=", mimeType: "image/png")))
    #expect(!alone.text.isEmpty && alone.attachments.map(\.name) == ["picture-1.png"])
    try PromptAttachment.check(alone.attachments)
    #expect(said(.audio(.init(data: "", mimeType: "audio/wav"))).text.contains("sound"))
    #expect(said(.text(.init(text: "Hello"))).body.attachments == nil)
  }
}
