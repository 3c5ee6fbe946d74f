// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import Testing

@testable import samctl

@Suite struct OutputTests {
  @Test(
    arguments: [
      (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
      (true, ["TERM": "dumb"], false), (true, ["TERM": "xterm"], true),
    ] as [(Bool, [String: String], Bool)])
  func colourIsForTerminalsWhosePersonWantsIt(_ isTerminal: Bool, _ environment: [String: String], _ isColored: Bool) {
    #expect(Style.detect(isTerminal: isTerminal, environment: environment).isColored == isColored)
  }

  @Test(arguments: [
    (0, "just now"), (-5, "just now"), (9, "just now"), (10, "10 s ago"), (60, "1 min ago"), (3599, "59 min ago"),
    (3600, "1 h ago"), (86_399, "23 h ago"), (86_400, "1 day ago"), (172_800, "2 days ago"),
    (29 * 86_400, "29 days ago"),
    (31 * 86_400, "2026-01-03"), (-3600, "2026-02-03"),
  ])
  func timesAreRelative(_ secondsAgo: Int, _ text: String) throws {
    let now = try #require(APITimestamp("2026-02-03T04:05:06Z")).timestamp
    #expect(Moment.relative(now + .seconds(-secondsAgo), now: now) == text)
  }

  @Test func aTableIsAlignedWithoutTrailingBlanks() {
    var table = Table("ID", "STATE", "TITLE")
    table.add("task_1", "running", "Fix\nit")
    table.add("task_22", "ok", "")
    table.add("x", "", "")
    #expect(table.text(.plain) == "ID       STATE    TITLE\ntask_1   running  Fix it\ntask_22  ok\nx\n")
    #expect(table.text(.colored).hasPrefix("\u{1B}[1mID       STATE    TITLE\u{1B}[0m\n"))
  }

  @Test func aListIsATableForPeopleAndAPageForPrograms() throws {
    let page = Page(items: [SecretView(name: "a")], next: "more")
    let words = Written()
    try words.output().list(page, empty: "none", Table("NAME")) { $0.add($1.name) }
    #expect(words.out == "NAME\na\n" && words.err.contains("--limit"))
    let json = Written()
    try json.output(isJSON: true).list(page, empty: "none", Table("NAME")) { $0.add($1.name) }
    #expect(json.out == "{\"items\":[{\"name\":\"a\"}],\"next\":\"more\"}\n" && json.err.isEmpty)
  }

  @Test func anEmptyListSaysWhatToDoNext() throws {
    let words = Written()
    try words.output().list(Page<SecretView>(items: []), empty: "Do this.", Table("NAME")) { $0.add($1.name) }
    #expect(words.out == "Do this.\n")
    let json = Written()
    try json.output(isJSON: true).list(Page<SecretView>(items: []), empty: "Do this.", Table("NAME")) {
      $0.add($1.name)
    }
    #expect(json.out == "{\"items\":[],\"next\":null}\n")
  }

  @Test func oneThingIsShownFieldByField() throws {
    let written = Written()
    let task = try Samples.task(
      .completed(TaskResult(branch: "sam/fix-it", head: "abc", commits: [Commit(sha: "abc", subject: "Fix")], files: 1))
    )
    let output = written.output()
    try output.show(task, TaskText.fields(task, output))
    #expect(
      written.out == """
        Task     task_1
        Title    Fix it
        State    completed
        Result   branch sam/fix-it, 1 file, +0 -0
                 abc  Fix
        Agent    demo
        Project  project_1
        Session  session_1
        Branch   sam/fix-it
        Machine  machine_1
        Created  2 h ago
        Ended    2 h ago
        Prompt   Fix it

        """)
  }

  @Test func numbersAreGroupedAndMoneyHasCents() {
    for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")] {
      #expect(Amount.grouped(Int64(number)) == text)
    }
    for (amount, text) in [
      (0.0, "0.00"), (1.005, "1.00"), (12.5, "12.50"), (0.0123, "0.0123"), (-2.0, "-2.00"), (.nan, "?"),
    ] {
      #expect(Amount.money(amount) == text)
    }
  }

  @Test(arguments: [
    ("yes", "yes"), ("1", "yes"), ("3", "no"), ("allow", "yes"), ("Reject", "no"), ("deny", "no"), (" 2 ", "always"),
    ("0", nil), ("4", nil), ("", nil), ("maybe", nil),
  ])
  func aTypedAnswerIsUnderstood(_ typed: String, _ option: String?) {
    #expect(ApprovalText.typed(typed, to: Samples.options)?.option.id == option)
  }

  @Test(
    "Where one choice is all that is to be filled in, it is chosen like an option; another single field takes what is typed",
    arguments: [
      (.text, "2", "yes", .text("blue")), (.text, "Red", "yes", .text("red")), (.text, "4", "never", nil),
      (.text, "green", nil, nil), (.integer, "7", "yes", .integer(7)), (.integer, "seven", nil, nil),
      (.integer, "reject", "no", nil), (.boolean, "1", "yes", .boolean(true)), (.boolean, "no", "no", nil),
    ] as [(FormField.Kind, String, String?, FormValue?)])
  func aFormWithOneField(_ kind: FormField.Kind, _ typed: String, _ option: String?, _ value: FormValue?) {
    let options = Samples.options + [ApprovalOption(id: "never", name: "Never", kind: "reject_always")]
    let choices = kind == .text ? [("red", "Red"), ("blue", "Blue")].map(FormField.Choice.init) : nil
    let form = ApprovalForm(fields: [FormField(name: "it", kind: kind, isRequired: true, choices: choices)])
    let once = options.filter { $0.kind != "allow_always" }
    let reply = ApprovalText.typed(typed, to: once, form)
    #expect(reply?.option.id == option && reply?.values?["it"] == value)
  }
}
