// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import SAMAPI
import SAMClient
import SAMCore
import Testing

@testable import samctl

@Suite struct CommandLineTests {
  @Test func anAgentsCommandIsWhatStandsBehindTheDashes() throws {
    let add = try Self.parse(
      AgentAdd.self, "agent", "add", "vibe", "--env", "A=1=2", "--env", "B=", "--secret-env", "KEY=mistral",
      "--approvals",
      "deny", "--mode", "plan", "--echoes-prompts", "--json", "--", "vibe-acp", "--json", "-x")
    #expect(
      try add.body()
        == DefineAgentBody(
          command: "vibe-acp", arguments: ["--json", "-x"], environment: ["A": "1=2", "B": ""],
          secrets: ["KEY": "mistral"], approvals: .deny, echoesPrompts: true, mode: "plan"))
    #expect(add.common.json)
  }

  @Test func anAgentWithoutACommandIsThatOfTheCatalog() throws {
    let add = try Self.parse(
      AgentAdd.self, "agent", "add", "claude", "--model", "opus", "--effort", "high", "--secret-env", "KEY=anthropic")
    #expect(
      try add.body()
        == DefineAgentBody(
          environment: [:], secrets: ["KEY": "anthropic"], approvals: .ask, model: "opus", effort: "high"))
  }

  @Test func rulesThatDenyComeFirstAndThoseOfAFileLast() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try "# A comment\n\n  ask   execute:a b \nallow read\n".write(to: file, atomically: true, encoding: .utf8)
    let add = try Self.parse(
      AgentAdd.self, "agent", "add", "x", "--allow", "edit", "--ask", "fetch", "--deny", "*:secrets/**", "--rules",
      file.path, "--", "c")
    #expect(
      try add.body().rules == [
        .init(.deny, "*:secrets/**"), .init(.ask, "fetch"), .init(.allow, "edit"), .init(.ask, "execute:a b"),
        .init(.allow, "read"),
      ])
    let wrong = #expect(throws: (any Error).self) { try RuleText.rules("allow read\nmaybe edit") }
    #expect("\(try #require(wrong))".contains("Line 2"))
  }

  @Test(arguments: [
    (["agent", "add", "x", "--", ""], "--"), (["agent", "add", "x", "--env", "A", "--", "c"], "NAME=VALUE"),
    (["agent", "add", "x", "--env", "1A=b", "--", "c"], "NAME=VALUE"),
    (["agent", "add", "x", "--env", "A=1", "--env", "A=2", "--", "c"], "twice"),
    (["agent", "add", "x", "--env", "A=1", "--secret-env", "A=s", "--", "c"], "--secret-env"),
    (["agent", "add", "x", "--allow", "edti:a", "--", "c"], "begin with one of read, edit"),
    (["agent", "add", "x", "--deny", "edit:/etc/**", "--", "c"], "beneath the workspace"),
    (["agent", "add", "x", "--rules", "/no/such/file", "--", "c"], "no file '/no/such/file'"),
    (["approval", "answer", "approval_1", "allow", "--for", "ever"], "session"),
    (["task", "show", "session_1"], "task_01J9Z3"), (["task", "list", "--state", "done"], "--help"),
    (["task", "list", "--limit", "0"], "at least 1"), (["session", "show", "session_1", "--raw"], "--transcript"),
    (["login", "--token", "a", "--token-file", "b"], "not both"), (["run"], "prompt"),
    (["run", "x", "--approve", "maybe"], "allow"), (["nonsense"], "nonsense"),
  ])
  func aWrongCommandLineEndsWithUsageAndSaysWhatIsRight(_ words: [String], _ hint: String) {
    do {
      _ = try Samctl.parseAsRoot(words)
      Issue.record("\(words) was accepted")
    } catch {
      let ending = Ending(error)
      #expect(ending.status == 2)
      #expect(ending.text.contains(hint), "\(ending.text)")
      #expect(ending.problem?.code.rawValue == "usage")
    }
  }

  @Test func runTakesItsOptions() throws {
    let run = try Self.parse(
      RunTask.self, "run", "Fix it", "--project", "p", "--agent", "a", "--title", "t", "--detach", "--approve", "allow",
      "--detach-on-wait", "--server", "http://h:1", "--token", "k")
    #expect(run.prompt == "Fix it" && run.project == "p" && run.agent == "a" && run.title == "t" && run.detach)
    #expect(run.watching.approve == .allow && run.watching.detachOnWait)
    #expect(run.common.server == "http://h:1" && run.common.token == "k" && !run.common.json)
  }

  static let every: [[String]] = [
    [], ["run"], ["task"], ["task", "list"], ["task", "show"], ["task", "cancel"], ["task", "retry"], ["session"],
    ["session", "list"], ["session", "show"], ["session", "attach"], ["session", "say"], ["approval"],
    ["approval", "list"], ["approval", "show"], ["approval", "answer"], ["grant"], ["grant", "list"],
    ["grant", "revoke"], ["login"], ["project"], ["project", "add"], ["project", "list"], ["agent", "show"],
    ["project", "show"], ["project", "remove"], ["agent"], ["agent", "list"], ["agent", "check"], ["agent", "catalog"],
    ["agent", "add"],
    ["agent", "remove"], ["secret"], ["secret", "set"], ["secret", "list"], ["secret", "remove"], ["machine"],
    ["machine", "list"], ["token"], ["token", "list"], ["token", "create"], ["token", "revoke"], ["version"],
  ]

  @Test(arguments: every) func everyCommandHasHelp(_ words: [String]) {
    do {
      var command = try Samctl.parseAsRoot(words + ["--help"])
      try command.run()
      Issue.record("--help was not noticed")
    } catch {
      let ending = Ending(error)
      #expect(ending.status == 0 && ending.isAnswer)
      #expect(ending.text.contains("OVERVIEW: ") && ending.text.contains("USAGE: samctl"))
    }
  }

  @Test func theHelpHasEveryEndStatus() {
    let help = Samctl.helpMessage()
    for status in EndStatus.allCases { #expect(help.contains("\n  \(status.rawValue) ")) }
  }

  @Test(arguments: [
    ("/src/shop", "/src/shop"), ("shop", "/home/x/shop"), (".", "/home/x"), ("..", "/home"), ("../y/./z", "/home/y/z"),
    ("a/b", "/home/x/a/b"), ("https://host/a.git", "https://host/a.git"), ("git@host:a/b.git", "git@host:a/b.git"),
    ("ssh://host/a", "ssh://host/a"),
  ])
  func aRelativePathIsMadeOneThatSamdUnderstands(_ given: String, _ sent: String) {
    #expect(ProjectAdd.absolute(given, folder: "/home/x") == sent)
  }

  @Test func aSecretHasNoLineBreakAtItsEnd() {
    for (text, value) in [("a\n", "a"), ("a\r\n", "a"), ("a", "a"), ("a\nb\n\n", "a\nb\n"), ("\n", "")] {
      #expect(SecretSet.withoutLineBreak(text) == value)
    }
  }

  // MARK: What is chosen when nothing is said

  @Test func theOnlyProjectIsTaken() throws {
    #expect(try Choice.project(["shop"]) == "shop")
    for (names, hint) in [([], "samctl project add"), (["b", "a"], "a, b")] {
      let error = try #require(throws: CommandFailure.self) { try Choice.project(names) }
      #expect(error.status == .usage && error.message.contains(hint))
    }
  }

  @Test func theDemoAgentIsTakenOnlyWhenItIsAlone() throws {
    #expect(try Choice.agent(["demo"]) == "demo")
    #expect(try Choice.agent(["claude", "demo"]) == "claude")
    for (names, hint) in [([], "samctl agent add"), (["vibe", "demo", "claude"], "claude, demo, vibe")] {
      let error = try #require(throws: CommandFailure.self) { try Choice.agent(names) }
      #expect(error.status == .usage && error.message.contains(hint))
    }
  }

  private static func parse<Command: ParsableCommand>(_ type: Command.Type, _ words: String...) throws -> Command {
    try #require(try Samctl.parseAsRoot(words) as? Command)
  }
}
