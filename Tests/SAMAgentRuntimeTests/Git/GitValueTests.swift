// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import SAMAgentRuntime

@Suite("Addresses, branches and messages of git")
struct GitValueTests {
  @Test(
    "addresses lose their credentials and nothing else",
    arguments: [
      ("https://user:to%20ken@host.org/a/b.git", "https://host.org/a/b.git", "user", "to ken"),
      ("https://token@host.org/a.git", "https://host.org/a.git", "token", ""),
      ("https://host.org:8443/a.git", "https://host.org:8443/a.git", nil, nil),
      ("ssh://git:pw@host.org:22/a.git", "ssh://git@host.org:22/a.git", nil, nil),
      ("git@github.com:owner/name.git", "git@github.com:owner/name.git", nil, nil),
      ("/srv/git/a.git/", "/srv/git/a.git", nil, nil),
      ("file:///srv/git/a.git", "file:///srv/git/a.git", nil, nil),
    ])
  func addresses(address: String, text: String, user: String?, password: String?) throws {
    let url = try RepositoryURL(address)
    #expect(url.text == text)
    #expect(url.credential?.username == user)
    #expect(url.credential?.password == password)
    #expect(!"\(url)".contains("token@") && !"\(String(describing: url.credential))".contains("to ken"))
  }

  @Test(
    "addresses that make git run something are refused",
    arguments: [
      "", "-oProxyCommand=x", "ext::sh -c x", "fd::17", "--upload-pack=x", "relative/path", "ssh://-oProxyCommand=x/y",
      "-x@host:path", "git@-oProxyCommand=x:path", "git@host:-path", "https:///nohost", "file://host/path", "C:\\x",
      "https://host/a\nb", "ftp://host/a", "git@host", "https://ext::x/y",
    ])
  func refused(address: String) {
    let error = #expect(throws: RuntimeError.self) { try RepositoryURL(address) }
    #expect(error?.code == .gitNotAllowed)
  }

  @Test(
    "titles become words",
    arguments: [
      ("Fix the Façade!", "fix-the-facade"), ("  --Ünïcode  ÄÖ.. ", "unicode-ao"), ("日本語", "task"), ("", "task"),
      (String(repeating: "word ", count: 20), "word-word-word-word-word-word-word-word"),
      ("a/b\\c..d~e^f:g?h*i[j", "a-b-c-d-e-f-g-h-i-j"),
    ])
  func slugs(title: String, slug: String) {
    #expect(BranchName.slug(title) == slug)
    #expect(BranchName.isValid(BranchName.make(title: title, id: "task_01HXYZ", taken: [])))
    #expect(BranchName.slug(title).count <= 40)
  }

  @Test("branches avoid those that exist, as names and as folders")
  func collisions() {
    #expect(BranchName.make(title: "A b", id: "task_01JABCDEFGH", taken: []) == "sam/a-b-abcdefgh")
    #expect(BranchName.make(title: "A b", id: "x1", taken: ["sam"]) == "sam-a-b-x1")
    #expect(BranchName.make(title: "A b", id: "x1", taken: ["sam/a-b-x1", "sam/a-b-x1-2"]) == "sam/a-b-x1-3")
    #expect(BranchName.make(title: "A b", id: "x1", taken: ["sam/a-b-x1/deep"]) == "sam/a-b-x1-2")
  }

  @Test(
    "names that git refuses are refused",
    arguments: ["", "-x", "a..b", "a b", "a.lock", "a/.b", "a//b", "/a", "a/", "a.", "@", "a@{b", "a~1", "a:b", "HEAD"])
  func invalid(name: String) {
    #expect(!BranchName.isValid(name))
  }

  @Test(
    "git's words become what a person can do",
    arguments: [
      ("fatal: could not read Username for 'https://github.com': terminal prompts disabled", "authentication_refused"),
      (
        "git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.",
        "authentication_refused"
      ),
      ("Host key verification failed.", "authentication_refused"),
      ("fatal: unable to access 'https://x/': Could not resolve host: x", "network_unreachable"),
      ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", "repository_unreachable"),
      (" ! [remote rejected] main -> main (protected branch hook declined)", "push_refused"),
      ("! [rejected] a -> a (fetch first)", "push_not_fast_forward"),
      ("error: file write error: No space left on device", "disk_full"),
      ("fatal: couldn't find remote ref refs/heads/nope", "branch_missing"),
      ("fatal: something new", "git_failed"),
    ])
  func diagnosis(words: String, code: String) {
    let outcome = ShortCommand.Outcome(
      exit: .code(128), output: [], truncated: false, errorTail: words + "\nhttps://me:secret@host/x", timedOut: false)
    let error = GitDiagnosis.error(command: "git push", outcome: outcome, output: "", isLocal: false)
    #expect(error.code.rawValue == code)
    #expect(!error.description.contains("secret") && error.evidence.contains("https://***@host/x"))
    #expect(error.evidence.contains("exit code 128") && error.evidence.contains("$ git push"))
  }
}
