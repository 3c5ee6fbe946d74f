// SPDX-License-Identifier: Apache-2.0
import SAMCore
import Testing

@testable import samctl

@Suite struct EntryRendererTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var entries: [EntryBody]
    var plain: String
    /// With escape sequences, ESC written as `~`.
    var colored: String
    var testDescription: String { name }
  }

  static let turnEnd = EntryBody.turn(TurnNote(state: .finished, reason: "end_turn"))

  static let cases: [Case] = [
    Case(
      name: "a prompt", entries: [.user(TextBlock("Fix it\n\nplease"))], plain: "> Fix it\n\n> please\n",
      colored: "~[1m> Fix it~[0m\n\n~[1m> please~[0m\n"),
    Case(
      name: "an agent's text in pieces",
      entries: [.agent(TextBlock("I'll ", message: "m1")), .agent(TextBlock("look.", message: "m1"))],
      plain: "I'll look.\n", colored: "I'll look.\n"),
    Case(
      name: "two messages",
      entries: [.agent(TextBlock("One.", message: "m1")), .agent(TextBlock("Two.", message: "m2"))],
      plain: "One.\n\nTwo.\n", colored: "One.\n\nTwo.\n"),
    Case(
      name: "a text that ends with an empty line",
      entries: [.agent(TextBlock("One.\n")), .agent(TextBlock("\n")), .notice(Notice(.info, "a"))],
      plain: "One.\n\ni a\n", colored: "One.\n\n~[36mi~[0m a\n"),
    Case(
      name: "settings",
      entries: [
        .settings(SettingsNote([.init(setting: "mode", value: "plan")], by: "laptop")), .settings(SettingsNote()),
        .settings(SettingsNote([.init(setting: "mode", value: "auto")])),
      ],
      plain: "i From the next prompt on mode: plan (by laptop)\ni The agent has changed mode: auto\n",
      colored: "~[36mi~[0m From the next prompt on mode: plan~[2m (by laptop)~[0m\n~[36mi~[0m The agent has changed "
        + "mode: auto\n"),
    Case(
      name: "thoughts, then words",
      entries: [.thought(TextBlock("Hm")), .thought(TextBlock("m.\nSo")), .agent(TextBlock("Done."))],
      plain: "· Hmm.\n· So\n\nDone.\n", colored: "~[2m· Hm~[0m~[2mm.~[0m\n~[2m· So~[0m\n\nDone.\n"),
    Case(
      name: "a tool call from begin to end",
      entries: [
        .agent(TextBlock("Now:")),
        .tool(ToolActivity(id: "1", title: "make test", kind: "execute", status: "pending")),
        .tool(ToolActivity(id: "1", status: "in_progress")),
        .tool(ToolActivity(id: "1", status: "completed", output: "ok\n2 tests\n")),
      ],
      plain: "Now:\n\n▶ execute  make test\n✓ execute  make test\n  │ ok\n  │ 2 tests\n",
      colored: "Now:\n\n~[36m▶~[0m ~[2mexecute  ~[0mmake test\n~[32m✓~[0m ~[2mexecute  ~[0mmake test\n"
        + "~[2m  │ ok~[0m\n~[2m  │ 2 tests~[0m\n"),
    Case(
      name: "a change of a file, shown once",
      entries: [
        .tool(
          ToolActivity(
            id: "2", title: "Edit a.txt", kind: "edit", status: "pending",
            diffs: [.init(path: "a.txt", oldText: "one\ntwo\n", newText: "one\n2\n")])),
        .tool(ToolActivity(id: "2", status: "completed")),
      ],
      plain: """
        ▶ edit  Edit a.txt
          --- a/a.txt
          +++ b/a.txt
          @@ -1,2 +1,2 @@
           one
          -two
          +2
        ✓ edit  Edit a.txt

        """,
      colored: """
        ~[36m▶~[0m ~[2medit  ~[0mEdit a.txt
        ~[1m  --- a/a.txt~[0m
        ~[1m  +++ b/a.txt~[0m
        ~[36m  @@ -1,2 +1,2 @@~[0m
           one
        ~[31m  -two~[0m
        ~[32m  +2~[0m
        ~[32m✓~[0m ~[2medit  ~[0mEdit a.txt

        """),
    Case(
      name: "a tool call that failed without a title",
      entries: [.tool(ToolActivity(id: "3", status: "failed", output: "no such file", paths: ["x.c"]))],
      plain: "✗ x.c  failed\n  │ no such file\n",
      colored: "~[31m✗~[0m x.c~[31m  failed~[0m\n~[2m  │ no such file~[0m\n"),
    Case(
      name: "what was read is not repeated",
      entries: [
        .tool(ToolActivity(id: "4", title: "Read a", kind: "read", status: "completed", output: "secret text"))
      ],
      plain: "✓ read  Read a\n", colored: "~[32m✓~[0m ~[2mread  ~[0mRead a\n"),
    Case(
      name: "a plan",
      entries: [
        .plan(
          Plan(steps: [
            .init(text: "Look", priority: "high", status: "completed"),
            .init(text: "Do", priority: "high", status: "in_progress"),
            .init(text: "Check", priority: "low", status: "pending"),
          ]))
      ],
      plain: "Plan\n  ✓ Look\n  ▶ Do\n  ○ Check\n",
      colored: "~[1mPlan~[0m\n  ~[32m✓~[0m ~[2mLook~[0m\n  ~[36m▶~[0m Do\n  ○ Check\n"),
    Case(
      name: "usage, told with the turn's end",
      entries: [
        .usage(Usage(usedTokens: 900, contextTokens: 200_000)),
        .usage(Usage(usedTokens: 12_345, contextTokens: 200_000, cost: 0.5, currency: "USD")), turnEnd,
      ],
      plain: "✓ Turn finished · 12,345 of 200,000 tokens · 0.50 USD\n",
      colored: "~[32m✓~[0m Turn finished~[2m · 12,345 of 200,000 tokens · 0.50 USD~[0m\n"),
    Case(
      name: "an approval, asked and answered",
      entries: [Samples.approval(.asked), Samples.approval(.answered, chosen: "yes")],
      plain: """
        ? May the agent do this: Run make  approval_1
          1  Allow once (yes)
          2  Always allow (always)
          3  Reject (no)
        ✓ Answered: Allow once (by user_1)

        """,
      colored: """
        ~[33m?~[0m ~[1mMay the agent do this: Run make~[0m~[2m  approval_1~[0m
          1  Allow once ~[2m(yes)~[0m
          2  Always allow ~[2m(always)~[0m
          3  Reject ~[2m(no)~[0m
        ~[32m✓~[0m Answered: Allow once~[2m (by user_1)~[0m

        """),
    Case(
      name: "an approval that nobody answered", entries: [Samples.approval(.expired)],
      plain: "! Nobody answered in time, so the agent was told no: Run make\n",
      colored: "~[33m!~[0m Nobody answered in time, so the agent was told no: Run make\n"),
    Case(
      name: "an approval that is void", entries: [Samples.approval(.void)], plain: "– No longer asked: Run make\n",
      colored: "~[2m– No longer asked: Run make~[0m\n"),
    Case(
      name: "work",
      entries: [
        .work(
          WorkNote(
            branch: "sam/fix-it", commits: [Commit(sha: "0123456789abcdef", subject: "Fix it")], pushed: true))
      ],
      plain: "✓ Pushed branch sam/fix-it (1 commit)\n    0123456789  Fix it\n",
      colored: "~[32m✓~[0m Pushed branch ~[1msam/fix-it~[0m (1 commit)\n    ~[33m0123456789~[0m  Fix it\n"),
    Case(
      name: "work that could not be pushed",
      entries: [.work(WorkNote(branch: "sam/fix-it", commits: [], pushed: false, problem: "denied"))],
      plain: "✗ Branch sam/fix-it was not pushed: denied\n",
      colored: "~[31m✗~[0m Branch ~[1msam/fix-it~[0m was not pushed: denied\n"),
    Case(
      name: "notices",
      entries: [.notice(Notice(.info, "a")), .notice(Notice(.warning, "b")), .notice(Notice(.error, "c"))],
      plain: "i a\n! b\n✗ c\n", colored: "~[36mi~[0m a\n~[33m!~[0m b\n~[31m✗~[0m c\n"),
    Case(
      name: "something new", entries: [.other(OtherBody(update: "weather"))], plain: "(the agent sent 'weather')\n",
      colored: "~[2m(the agent sent 'weather')~[0m\n"),
  ]

  @Test(arguments: cases) func anEntryIsShownPlainly(_ example: Case) {
    #expect(Self.render(example.entries, .plain) == example.plain)
  }

  @Test(arguments: cases) func anEntryIsShownInColour(_ example: Case) {
    #expect(Self.render(example.entries, .colored).replacing("\u{1B}", with: "~") == example.colored)
  }

  @Test func everyKindOfEntryHasAnExample() {
    let shown = Set(Self.cases.flatMap(\.entries).map(\.type))
    let all = [
      "user", "agent", "thought", "tool", "plan", "usage", "approval", "turn", "work", "settings", "notice",
      "other",
    ]
    #expect(shown == Set(all))
  }

  @Test(arguments: TurnState.allCases) func everyStateOfATurnIsSaidWithItsReason(_ state: TurnState) {
    let text = Self.render([.turn(TurnNote(state: state, reason: "because"))], .plain)
    #expect(text.contains("because") && text.hasSuffix("\n") && text.split(separator: "\n").count == 1)
  }

  @Test(arguments: [
    ("end_turn", "✓ Turn finished"), ("cancelled", "– Turn cancelled"),
    ("max_tokens", "! Turn stopped early: max_tokens"),
  ])
  func aTurnThatDidNotEndAsUsualSaysHow(_ reason: String, _ text: String) {
    #expect(Self.render([.turn(TurnNote(state: .finished, reason: reason))], .plain) == text + "\n")
  }

  @Test func aLongOutputIsCutAndSaysSo() {
    let output = (1...100).map { "line \($0)" }.joined(separator: "\n")
    let text = Self.render([.tool(ToolActivity(id: "1", title: "t", status: "completed", output: output))], .plain)
    #expect(text.contains("… 80 lines before"))
    #expect(text.contains("│ line 100\n") && !text.contains("│ line 80\n") && text.contains("│ line 81\n"))
  }

  @Test func anAgentCannotSteerTheTerminal() {
    let evil = "a\u{1B}[2J\u{1B}]0;t\u{07}b\r\u{9B}1mc\u{202E}d"
    let bodies: [EntryBody] = [
      .user(TextBlock(evil)), .agent(TextBlock(evil)), .thought(TextBlock(evil)),
      .tool(
        ToolActivity(
          id: evil, title: evil, kind: evil, status: "failed", output: evil,
          diffs: [.init(path: evil, oldText: evil, newText: evil + "x")], paths: [evil])),
      .plan(Plan(steps: [.init(text: evil, priority: "high", status: evil)])),
      .approval(
        ApprovalNote(
          approval: Samples.approval, state: .asked, title: evil,
          options: [ApprovalOption(id: evil, name: evil, kind: "allow_once")])),
      .approval(
        ApprovalNote(
          approval: Samples.approval, state: .answered, title: evil, options: [], chosen: evil, by: evil)),
      .turn(TurnNote(state: .failed, reason: evil)),
      .work(WorkNote(branch: evil, commits: [Commit(sha: evil, subject: evil)], pushed: true, problem: evil)),
      .notice(Notice(.error, evil)), .other(OtherBody(update: evil)),
    ]
    for body in bodies {
      let text = Self.render([body], .plain)
      let harmful = text.unicodeScalars.filter {
        $0 != "\n" && ($0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E)
      }
      #expect(harmful.isEmpty, "\(body.type): \(text.debugDescription)")
    }
  }

  private static func render(_ entries: [EntryBody], _ style: Style) -> String {
    var renderer = EntryRenderer(style: style)
    var text = ""
    for entry in entries { text += renderer.render(entry) }
    return text + renderer.closeLine()
  }
}
