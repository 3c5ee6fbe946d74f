// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What agents ask for, and what a person who reads the rules of two policies expects of them: "yes", "no", or nil, which
/// means that a person is asked.
struct SimQuestion {
  /// What the agent wants to do; nil = it asks for something to be filled in.
  var tool: ToolActivity?
  /// What is answered by ``lenientRules``.
  var lenient: String?
  /// What is answered by ``strictRules``.
  var strict: String?

  /// All of them.
  static let all = [
    // What rules cover, what no pattern may cover, and what says nothing.
    execute("make test; make install", nil, nil), touch("edit", "hello.py", "no", nil), SimQuestion(),
    execute("make test", "yes", nil),
    // One and the same file, written in several ways.
    touch("edit", "src/../hello.py", "no", nil), touch("edit", "src/./../docs/a/b.md", "yes", "yes"),
    touch("edit", "docs/b.md", "yes", "yes"),
    // A command that is allowed to the letter, although nobody can tell what it does.
    execute("git push $REMOTE", nil, "yes"), SimQuestion(),
    // What leaves the workspace is not what a rule was written for.
    touch("read", "docs/b.md", "yes", "yes"), touch("read", "../../b.md", "yes", nil),
    touch("read", "/etc/passwd", "yes", nil),
  ]

  private static func execute(_ command: String, _ lenient: String?, _ strict: String?) -> SimQuestion {
    SimQuestion(tool: ToolActivity(id: "ask", kind: "execute", command: command), lenient: lenient, strict: strict)
  }

  private static func touch(_ kind: String, _ path: String, _ lenient: String?, _ strict: String?) -> SimQuestion {
    SimQuestion(tool: ToolActivity(id: "ask", kind: kind, paths: [path]), lenient: lenient, strict: strict)
  }

  /// Rules of which each decides something, and that are not sure of everything.
  static func lenientRules() throws -> ApprovalPolicy {
    ApprovalPolicy(
      rules: [
        try ApprovalRule(.deny, "execute:make install*"), try ApprovalRule(.allow, "execute:make *"),
        try ApprovalRule(.deny, "edit:hello.*"),
      ], standard: .allow)
  }

  /// Rules that allow little.
  static func strictRules() throws -> ApprovalPolicy {
    ApprovalPolicy(
      rules: [
        try ApprovalRule(.deny, "execute:make install*"), try ApprovalRule(.allow, "execute:git push $REMOTE"),
        try ApprovalRule(.allow, "edit:docs/**/*.md"), try ApprovalRule(.allow, "read"),
      ], standard: .ask)
  }

  /// What a policy answers to what an agent wants to do.
  static func answer(_ policy: ApprovalPolicy, to tool: ToolActivity?) -> String? {
    switch (policy.rules.isEmpty, policy.standard) {
    case (true, .ask): nil
    case (true, .deny): "no"
    // What is to be filled in, nobody can allow beforehand.
    case (true, .allow): tool == nil ? nil : "yes"
    case (false, .allow): all.first { $0.tool == tool }?.lenient
    case (false, _): all.first { $0.tool == tool }?.strict
    }
  }
}
