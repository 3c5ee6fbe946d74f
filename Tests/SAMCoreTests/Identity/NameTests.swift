// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// Names, addresses and branches: what reaches git and the file system cannot be taken for anything else.
@Suite struct NameTests {
  @Test(arguments: [
    ("demo", true), ("a", true), ("0", true), ("a.b-c_d", true), (String(repeating: "a", count: 64), true),
    (String(repeating: "a", count: 65), false), ("", false), ("A", false), ("-a", false), (".a", false), ("_a", false),
    ("a b", false), ("a/b", false), ("é", false), ("a\n", false),
  ])
  func names(_ name: String, _ valid: Bool) { #expect(Names.isValid(name) == valid) }

  @Test(arguments: [
    ("/srv/a.git", true), ("file:///srv/a", true), ("https://example.org/a.git", true),
    ("http://localhost:3000/a", true),
    ("ssh://git@example.org/a.git", true), ("git@github.com:a/b.git", true), ("a.b-c@host:path", true),
    ("https://user:word@example.org/a", false), ("ssh://[::1]:22/a", true),
    ("", false), ("a", false), ("../a", false), ("./a", false), ("-a", false), ("--upload-pack=x", false),
    ("ext::sh", false), ("ext::cmd@host:path", false), ("fd::1@host:path", false), ("git@-host:path", false),
    ("-git@host:path", false), ("git@host:", false), ("@host:path", false), ("git@:path", false),
    ("git@host:-path", false), ("ssh://-oProxyCommand=x/a", false), ("ssh://git@-oProxyCommand=x/a", false),
    ("https://", false), ("ssh://", false), ("http:///a", false), ("https://-x/a", false),
    ("/srv/a b", false), ("/srv/a\n", false), ("/srv/\u{7f}", false), ("git://example.org/a", false),
    ("/" + String(repeating: "a", count: 2048), false),
  ])
  func addresses(_ address: String, _ valid: Bool) {
    if valid {
      #expect(throws: Never.self) { try RepositoryAddress.check(address) }
    } else {
      let refused = #expect(throws: Rejection.self) { try RepositoryAddress.check(address) }
      #expect(refused?.code == .invalid)
    }
  }

  /// As `git check-ref-format --branch` says.
  @Test(arguments: [
    ("main", true), ("feature/a", true), ("a.b", true), ("a@b", true), ("ä", true), ("foo./bar", true),
    ("", false), ("-a", false), ("/a", false), ("a/", false), ("a//b", false), ("a..b", false), ("a.", false),
    (".a", false), ("a/.b", false), ("a.lock", false), ("a.lock/b", false), ("a b", false), ("a~b", false),
    ("a^b", false), ("a:b", false), ("a?b", false), ("a*b", false), ("a[b", false), ("a\\b", false), ("a@{b", false),
    ("@", false), ("a\u{7f}", false), ("a\n", false), ("HEAD", false), (String(repeating: "a", count: 201), false),
  ])
  func branches(_ name: String, _ valid: Bool) { #expect(RepositoryAddress.isBranchName(name) == valid) }

  @Test(
    "A task's branch is one that git accepts, never the default branch, never another task's",
    arguments: [
      ("Fix the login", "sam/fix-the-login-"), ("  ÄÖÜ  ", "sam/task-"), ("../../etc", "sam/etc-"),
      ("a.lock", "sam/a-lock-"),
      ("--force", "sam/force-"), ("", "sam/task-"), ("HEAD", "sam/head-"),
      (String(repeating: "long ", count: 30), "sam/long-long-long-long-long-long-long-long-"),
    ])
  func taskBranch(_ title: String, _ start: String) {
    let source = IDSource(generator: SeededGenerator(seed: 3))
    let now = Samples.time
    let (one, two): (TaskID, TaskID) = (source.next(now: now), source.next(now: now))
    let branch = Workspace.branch(title: title, task: one)
    #expect(branch.hasPrefix(start))
    #expect(branch.count == start.count + 8)
    #expect(RepositoryAddress.isBranchName(branch))
    #expect(branch != Workspace.branch(title: title, task: two))
  }
}
