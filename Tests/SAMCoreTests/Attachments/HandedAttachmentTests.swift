// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// In which form an agent gets what came with a prompt, and that it gets it with the prompt, once.
@Suite struct HandedAttachmentTests {
  private let turn = TurnID(trusted: "turn_1")
  private let picture = PromptAttachment(name: "shot.png", type: "image/png", data: Base64([1, 2, 3]))
  private let text = PromptAttachment(name: "a.md", type: "text/markdown", data: Base64(Array("# Hé".utf8)))
  private let binary = PromptAttachment(name: "a.bin", data: Base64([0, 159, 146, 150]))
  private let long = PromptAttachment(name: "log", data: Base64([UInt8](repeating: 65, count: (256 << 10) + 1)))
  private let drawing = PromptAttachment(name: "a.svg", type: "image/svg+xml", data: Base64(Array("<svg/>".utf8)))
  private let link = PromptAttachment(name: "spec", uri: "https://example.org")

  private func forms(_ abilities: AgentAbilities) -> [String] {
    [picture, text, binary, long, drawing, link].map {
      switch AttachmentForm($0, for: abilities) {
      case .image: "image"
      case .text: "text"
      case .link: "link"
      case .file: "file"
      }
    }
  }

  @Test("What an agent takes decides")
  func forms() {
    #expect(
      forms(AgentAbilities(images: true, embeds: true)) == ["image", "text", "file", "file", "text", "link"])
    #expect(forms(AgentAbilities(images: true)) == ["image", "file", "file", "file", "file", "link"])
    #expect(forms(AgentAbilities(embeds: true)) == ["file", "text", "file", "file", "text", "link"])
    #expect(forms(AgentAbilities()) == ["file", "file", "file", "file", "file", "link"])
  }

  private func deliver(_ probe: inout HostProbe, epoch: Int64 = 1) {
    probe.on(
      .deliver(
        PromptDelivery(spec: probe.spec(epoch: epoch), turn: turn, text: "Look", attachments: [picture, link])))
  }

  private func handed(_ probe: HostProbe) -> [[HandedAttachment]] {
    probe.actions.compactMap { if case .prompt(_, _, _, let attachments, _, _) = $0 { attachments } else { nil } }
  }

  @Test("It goes with the prompt, also after a restart and into another epoch, and is not kept in memory after that")
  func once() {
    var probe = HostProbe()
    deliver(&probe)
    probe.restart()
    deliver(&probe, epoch: 2)
    probe.on(.agentReady(run: probe.run, AgentAbilities(load: true, images: true)))
    probe.on(.conversationOpen(run: probe.run, id: "c", loaded: false, replayed: nil))
    #expect(handed(probe) == [[HandedAttachment(picture, as: .image), HandedAttachment(link, as: .link)]])
    #expect(probe.host.inbox[turn]?.attachments == [] && probe.host.inbox[turn]?.attached == ["shot.png", "spec"])
  }

  @Test(
    "A prompt that is shown with what came with it is not forgotten, and is no evidence for another of the same words")
  func shown() throws {
    var inbox = PromptInbox()
    inbox.apply(.conversation("c"))
    let (first, plain, last) = (TurnID(trusted: "turn_1"), TurnID(trusted: "turn_2"), TurnID(trusted: "turn_3"))
    let history = ["go on\n\n[a.md]"]
    func hand(_ turn: TurnID, _ text: String, _ attachments: [PromptAttachment]) {
      inbox.apply(.received(turn, text: text, correlation: nil, attachments: attachments))
      inbox.apply(.handing(turn))
      let lost = TurnEnd.ambiguous(reason: "it died")
      inbox.apply(.item(OutboxItem(sequence: 1, at: Timestamp(milliseconds: 0), turn: turn, content: .ended(lost))))
    }
    hand(first, "go on", [text])
    hand(plain, "go  on", [])
    #expect(inbox.absent(from: history, of: 1) == [plain], "of the first nobody knows, and it may be in the history")
    inbox.apply(.absent(plain))
    hand(last, "go on", [text])
    #expect(inbox.handedBefore(try #require(inbox[last])) == 1, "what is shown may be the first")
  }

  @Test("An agent that does not take it gets a file, and the conversation says so before the hand-over")
  func said() throws {
    var probe = HostProbe()
    deliver(&probe)
    let actions = probe.agentOpens()
    guard case .file = handed(probe).first?.first?.form else {
      Issue.record("\(handed(probe))")
      return
    }
    let said = try #require(
      actions.firstIndex {
        if case .journal(.item(let item)) = $0, case .entry(.notice(let notice), _) = item.content {
          notice.text.contains("'shot.png'") && notice.text.contains("takes no pictures")
        } else {
          false
        }
      })
    #expect(try said < #require(actions.firstIndex(of: .journal(.handing(turn)))))
    #expect(probe.host.inbox.current?.state == .handing, "what SAM says is no word of the agent")
  }

  @Test(
    "After a crash at the hand-over a replay is evidence, whatever the agent shows of what came with it",
    arguments: [
      ("Look", true), ("Look[image]", true), ("Look\n<context ref=\"a\">…</context>", true), ("L ook", true),
      ("Another", false), ("Loo", false),
    ])
  func replayed(shown: String, isEvidence: Bool) {
    var probe = HostProbe()
    deliver(&probe)
    probe.agentOpens()
    probe.restart()
    deliver(&probe)
    probe.agentOpens(loaded: true, replayed: [shown])
    #expect("\(probe.ends(of: turn))".contains(isEvidence ? "interrupted" : "ambiguous"), "\(probe.ends(of: turn))")
    #expect(handed(probe).count == 1)
  }

  @Test("An agent that begins a new conversation is told what came with what was said before")
  func recollected() {
    var probe = HostProbe()
    deliver(&probe)
    probe.agentOpens(loads: false)
    probe.answers(turn)
    probe.restart()
    probe.deliver(TurnID(trusted: "turn_2"), "And now?")
    probe.agentOpens("d", loads: false)
    guard
      case .prompt(_, _, _, _, let history?, _)? = probe.actions.last(where: {
        if case .prompt = $0 { true } else { false }
      })
    else {
      Issue.record("it is told nothing")
      return
    }
    #expect(history.contains("Look\n(with shot.png, spec)"))
  }
}
