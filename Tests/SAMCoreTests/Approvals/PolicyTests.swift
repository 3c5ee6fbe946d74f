// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// What a policy decides, from nothing but what the agent says that it is about to do.
@Suite struct PolicyTests {
  struct Case: CustomTestStringConvertible {
    var rules: [String]
    var tool: ToolActivity?
    var action: ApprovalAction
    var rule: String
    var standard = ApprovalAction.ask
    var testDescription: String {
      "\(rules) \(tool?.kind ?? "-") \(tool?.command ?? "\(tool?.paths ?? [])") → \(action)"
    }
  }

  static func run(_ command: String?) -> ToolActivity { ToolActivity(id: "c", kind: "execute", command: command) }
  static func touch(_ kind: String?, _ paths: String...) -> ToolActivity {
    ToolActivity(id: "c", kind: kind, paths: paths)
  }
  static func rules(_ texts: [String]) throws -> [ApprovalRule] {
    try texts.map { text in
      let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
      return try ApprovalRule(try #require(ApprovalAction(rawValue: parts[0])), parts[1])
    }
  }

  private static let git = ["allow execute:git status*"]
  private static let guarded = ["deny execute:rm *", "allow execute"]
  private static let secrets = ["deny edit:secrets/**", "allow edit"]

  static let cases: [Case] = [
    // No rule: the standard.
    Case(rules: [], tool: run("ls"), action: .ask, rule: "otherwise ask"),
    Case(rules: [], tool: nil, action: .allow, rule: "otherwise allow", standard: .allow),
    Case(rules: [], tool: nil, action: .deny, rule: "otherwise deny", standard: .deny),
    // The kind of tool.
    Case(rules: ["allow read"], tool: touch("read", "a"), action: .allow, rule: "allow read"),
    Case(rules: ["allow read"], tool: touch("edit", "a"), action: .ask, rule: "otherwise ask"),
    Case(rules: ["allow fetch"], tool: touch("fetch"), action: .allow, rule: "allow fetch"),
    Case(rules: ["deny *"], tool: run("ls"), action: .deny, rule: "deny *"),
    Case(rules: ["deny *"], tool: nil, action: .deny, rule: "deny *"),
    Case(rules: ["allow read"], tool: touch(nil, "a"), action: .ask, rule: "otherwise ask"),
    // The first that fits decides.
    Case(rules: ["ask edit:a", "allow edit"], tool: touch("edit", "a"), action: .ask, rule: "ask edit:a"),
    Case(rules: ["allow edit", "deny edit:a"], tool: touch("edit", "a"), action: .allow, rule: "allow edit"),
    Case(rules: ["allow edit:b", "deny edit:a"], tool: touch("edit", "a"), action: .deny, rule: "deny edit:a"),
    // Paths.
    Case(rules: secrets, tool: touch("edit", "src/a"), action: .allow, rule: "allow edit"),
    Case(rules: secrets, tool: touch("edit", "secrets/a/b"), action: .deny, rule: "deny edit:secrets/**"),
    Case(rules: secrets, tool: touch("edit", "secrets"), action: .deny, rule: "deny edit:secrets/**"),
    Case(rules: secrets, tool: touch("edit", "src/../secrets/a"), action: .deny, rule: "deny edit:secrets/**"),
    Case(rules: secrets, tool: touch("edit", "./secrets//a"), action: .deny, rule: "deny edit:secrets/**"),
    Case(rules: secrets, tool: touch("edit", "src/a", "secrets/a"), action: .deny, rule: "deny edit:secrets/**"),
    Case(rules: ["allow edit:src/**"], tool: touch("edit", "src/a", "b"), action: .ask, rule: "otherwise ask"),
    Case(
      rules: ["allow edit:src/**"], tool: touch("edit", "src/a", "src/b"), action: .allow, rule: "allow edit:src/**"),
    Case(
      rules: ["deny *:secrets/**", "allow *"], tool: touch("delete", "secrets/a"), action: .deny,
      rule: "deny *:secrets/**"),
    Case(rules: ["deny *:secrets/**", "allow *"], tool: run("cat secrets/a"), action: .allow, rule: "allow *"),
    // What leaves the workspace is allowed by no rule.
    Case(rules: ["allow *"], tool: touch("edit", "/etc/passwd"), action: .ask, rule: "otherwise ask"),
    Case(rules: ["allow edit"], tool: touch("edit", "a", "../b"), action: .ask, rule: "otherwise ask"),
    Case(rules: ["allow edit:**"], tool: touch("edit", "a/../../b"), action: .ask, rule: "otherwise ask"),
    Case(rules: ["deny edit"], tool: touch("edit", "/etc/passwd"), action: .deny, rule: "deny edit"),
    // What says too little is allowed by no pattern, and what may be denied is asked.
    Case(rules: ["allow edit:src/**"], tool: touch("edit"), action: .ask, rule: "otherwise ask"),
    Case(rules: secrets, tool: touch("edit"), action: .ask, rule: "deny edit:secrets/**"),
    Case(rules: secrets, tool: touch(nil, "secrets/a"), action: .ask, rule: "otherwise ask"),
    Case(
      rules: ["deny edit:secrets/**", "allow *"], tool: touch(nil, "secrets/a"), action: .ask,
      rule: "deny edit:secrets/**"),
    Case(
      rules: ["deny edit:secrets/**"], tool: touch("edit"), action: .ask, rule: "deny edit:secrets/**", standard: .allow
    ),
    Case(rules: ["ask edit:a", "deny edit"], tool: touch("edit"), action: .deny, rule: "deny edit"),
    Case(rules: git, tool: run(nil), action: .ask, rule: "otherwise ask"),
    Case(rules: guarded, tool: run(nil), action: .ask, rule: "deny execute:rm *"),
    // A file that only the change names.
    Case(
      rules: secrets,
      tool: ToolActivity(id: "c", kind: "edit", diffs: [.init(path: "secrets/a", oldText: nil, newText: "x")]),
      action: .deny, rule: "deny edit:secrets/**"),
    // Commands.
    Case(rules: git, tool: run("git status"), action: .allow, rule: git[0]),
    Case(rules: git, tool: run("git status --short 'a b' *.py"), action: .allow, rule: git[0]),
    Case(rules: git, tool: run("git commit"), action: .ask, rule: "otherwise ask"),
    Case(rules: git, tool: run(" git status"), action: .ask, rule: "otherwise ask"),
    Case(rules: ["allow execute:make test"], tool: run("make test"), action: .allow, rule: "allow execute:make test"),
    Case(rules: ["allow execute:make test"], tool: run("make test x"), action: .ask, rule: "otherwise ask"),
    Case(rules: ["allow execute:a && b"], tool: run("a && b"), action: .allow, rule: "allow execute:a && b"),
    Case(rules: ["allow execute:a && *"], tool: run("a && b"), action: .ask, rule: "otherwise ask"),
    Case(rules: ["allow execute"], tool: run("a && b"), action: .allow, rule: "allow execute"),
    Case(rules: guarded, tool: run("rm -rf /"), action: .deny, rule: guarded[0]),
    Case(rules: guarded, tool: run("rm  -rf /"), action: .deny, rule: guarded[0]),
    Case(rules: guarded, tool: run("rm -rf / && x"), action: .deny, rule: guarded[0]),
    Case(rules: guarded, tool: run("cd a; rm -rf /"), action: .ask, rule: guarded[0]),
    Case(rules: guarded, tool: run("r'm' -rf /"), action: .ask, rule: guarded[0]),
    Case(rules: guarded, tool: run("A=b rm -rf /"), action: .ask, rule: guarded[0]),
    Case(rules: guarded + ["allow execute:a; b"], tool: run("a; b"), action: .ask, rule: guarded[0]),
    Case(
      rules: ["deny execute:rm *", "allow execute:a; b"], tool: run("a; b"), action: .allow, rule: "allow execute:a; b"),
    Case(
      rules: ["deny execute:a*", "allow execute:a; b"], tool: run("a; b"), action: .deny, rule: "deny execute:a*"),
    Case(rules: guarded, tool: run("make test"), action: .allow, rule: "allow execute"),
  ]

  @Test(arguments: cases) func theFirstRuleThatFitsDecides(_ example: Case) throws {
    let policy = ApprovalPolicy(rules: try Self.rules(example.rules), standard: example.standard)
    let verdict = policy.verdict(on: ApprovalSubject(example.tool))
    #expect(verdict == .init(action: example.action, rule: example.rule))
  }

  @Test("Nothing that makes another command of a line, or hides what it is, passes a pattern")
  func operators() throws {
    let rules = try Self.rules(["allow execute:git status*", "allow execute:*"])
    let added = [
      "; rm -rf /", "&& rm x", "& rm x", "| sh", "|& sh", "> x", ">> x", "< x", "<<E", "<(x)", "$(x)", "`x`", "$HOME",
      "${x}",
      "\nrm x", "\rrm x", "(x)", "\\\nrm x", "\u{0}", "\u{1B}[2K", "\u{202E}x", "\u{200B}", "\u{A0}x", "\u{2028}rm x",
      "\u{85}rm x",
      "$'\\x3b'", "\u{7F}", "\u{FEFF}", "\u{3000}x",
    ]
    for text in added {
      for command in ["git status \(text)", "git status\(text)", "\(text) git status"] {
        let verdict = ApprovalPolicy(rules: rules).verdict(on: ApprovalSubject(Self.run(command)))
        #expect(verdict.action == .ask, "\(command.debugDescription) is allowed by \(verdict.rule)")
      }
    }
  }

  @Test("No character that is not looked at by this test passes unseen: all of ASCII")
  func ascii() throws {
    let special = Set(";&|<>()$`\\")
    let rules = try Self.rules(["allow execute:x *"])
    for value in UInt8(0)..<128 {
      let character = Character(Unicode.Scalar(value))
      let verdict = ApprovalPolicy(rules: rules).verdict(on: ApprovalSubject(Self.run("x a\(character)b")))
      let isSafe = value >= 32 && value < 127 && !special.contains(character)
      #expect((verdict.action == .allow) == isSafe, "\(value)")
    }
  }

  @Test(
    "Patterns of paths",
    arguments: [
      ("a", "a", true), ("a", "b", false), ("a", "a/b", false), ("*", "a", true), ("*", "a/b", false),
      ("*", ".env", true),
      ("**", "a/b/c", true), ("a/**", "a", true), ("a/**", "ab", false), ("**/a", "a", true), ("**/a", "x/y/a", true),
      ("**/*.swift", "Sources/x/y.swift", true), ("**/*.swift", "y.swiftx", false), ("a/*/c", "a/b/c", true),
      ("a/*/c", "a/b/b/c", false), ("a?c", "abc", true), ("a?c", "ac", false), ("a?c", "a/c", false), ("a*", "a", true),
      ("**/b/**", "a/b/c", true), ("**/b/**", "a/c", false), ("a/**/b/**/c", "a/x/b/y/z/c", true), ("./a", "a", true),
      ("A", "a", false), ("**", "/etc/passwd", false), ("**", "../a", false), ("**", ".", true),
    ]) func paths(_ pattern: String, _ path: String, _ fits: Bool)
  {
    #expect(PathPattern(pattern).matches(path) == fits)
  }

  @Test("A pattern of many stars is no trap")
  func manyStars() {
    let stars = String(repeating: "*a", count: 200)
    let folders = String(repeating: "**/", count: 200)
    let start = ContinuousClock.now
    #expect(!Wildcard.matches(stars + "b", String(repeating: "a", count: 1000)))
    #expect(!PathPattern(folders + "b").matches(String(repeating: "a/", count: 200) + "c"))
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test(
    "What is no rule is refused, and the refusal says what would be one",
    arguments: [
      ("", "begin with"), ("edti:a", "begin with"), ("Edit", "begin with"), ("edit:", "1 to 1000"),
      ("edit:/etc/**", "beneath"),
      ("edit:../x", "beneath"), ("*:a/../b", "beneath"), ("fetch:https://x", "only 'fetch'"),
      ("execute:a\nb", "control"),
      ("edit:" + String(repeating: "a", count: 1001), "1 to 1000"), ("git status", "begin with"),
    ])
  func malformed(_ text: String, _ words: String) {
    let refusal = #expect(throws: Rejection.self) { try ApprovalRule(.allow, text) }
    #expect(refusal?.message.contains(words) == true, "\(refusal?.message ?? "")")
  }

  @Test("A policy without rules is one word in the ledger, as before there were rules; with rules it comes back whole")
  func coding() throws {
    for word in ApprovalAction.allCases {
      let policy = ApprovalPolicy(standard: word)
      #expect(String(decoding: try StateCoding.encode([policy]), as: UTF8.self) == #"["\#(word.rawValue)"]"#)
      #expect(try StateCoding.decode([ApprovalPolicy].self, from: StateCoding.encode([policy])) == [policy])
    }
    let policy = ApprovalPolicy(rules: try Self.rules(["deny edit:a", "allow *"]), standard: .deny)
    #expect(try StateCoding.decode(ApprovalPolicy.self, from: StateCoding.encode(policy)) == policy)
    #expect(throws: StoreError.self) { try StateCoding.decode([ApprovalPolicy].self, from: Array(#"["maybe"]"#.utf8)) }
  }

  @Test("A profile with a rule that cannot be, or with too many, is refused")
  func profiles() throws {
    var world = World()
    var broken = try ApprovalRule(.allow, "edit")
    broken.pattern = "/etc"
    for rules in [[broken], Array(repeating: try ApprovalRule(.allow, "edit"), count: 201)] {
      #expect(throws: Rejection.self) {
        try world.perform(
          DefineProfile(name: "x", launch: AgentLaunch(command: "x"), approvals: ApprovalPolicy(rules: rules)))
      }
    }
  }
}
