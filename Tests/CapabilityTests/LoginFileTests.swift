// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Agents that keep their login in a file: it comes from a secret, and what the agent makes of it becomes the secret's value.
@Suite(.timeLimit(.minutes(4))) struct LoginFileTests {
  private static let first = "token-of-the-person-0123456789"

  /// An installation with an agent whose login is a secret. The person has a login of their own.
  private func ready(_ options: [String] = []) async throws -> Installation {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    try FileManager.default.createDirectory(
      at: own(sam).deletingLastPathComponent(), withIntermediateDirectories: true)
    try "mine".write(to: own(sam), atomically: true, encoding: .utf8)
    let set = try await sam.samctl("secret", "set", "demo-login", input: #"{"token":"\#(Self.first)"}"#)
    #expect(set.status == 0, "\(set.all)")
    let added = try await sam.samctl(
      ["agent", "add", "keeper", "--auth-file", ".demo-agent/auth.json=demo-login", "--echoes-prompts"] + options
        + ["--", Installation.samd, "demo-agent"])
    #expect(added.status == 0, "\(added.all)")
    return sam
  }

  private func own(_ sam: Installation) -> URL { sam.folder.appendingPathComponent(".demo-agent/auth.json") }

  /// The home folders that sessions have.
  private func homes(_ sam: Installation) throws -> [URL] {
    let workspaces = sam.data.appendingPathComponent("machine/workspaces")
    return try FileManager.default.contentsOfDirectory(at: workspaces, includingPropertiesForKeys: nil)
      .map { $0.appendingPathComponent("home") }.filter { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// Does a task and returns what the agent said.
  private func say(_ directives: String, in sam: Installation) async throws -> String {
    let run = try await sam.samctl("run", "Look [[demo \(directives) no-edit]]", "--agent", "keeper", timeout: 120)
    #expect(run.status == 0, "\(run.all)\n\(sam.log.suffix(3000))")
    return run.out
  }

  private func digest(after words: String, in text: String) throws -> String {
    let found = try #require(text.range(of: words), "\(text.suffix(2000))")
    return String(text[found.upperBound...].prefix { $0.isHexDigit })
  }

  private func tokens(_ sam: Installation) throws -> Set<String> {
    let files = try homes(sam).map { $0.appendingPathComponent(".demo-agent/auth.json") }
    return Set(
      try files.compactMap {
        (try JSONSerialization.jsonObject(with: Data(contentsOf: $0)) as? [String: String])?["token"]
      })
  }

  /// The files beneath a folder, but for the agents' own, in which one of the words stands.
  private func files(with words: Set<String>, beneath folder: URL, withHomes: Bool = false) throws -> [String] {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    var found: [String] = []
    for case let file as URL in try #require(all) {
      guard withHomes || !file.path.contains("/home/"),
        try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
      else { continue }
      let content = try Data(contentsOf: file)
      if words.contains(where: { content.range(of: Data($0.utf8)) != nil }) { found.append(file.path) }
    }
    return found
  }

  @Test func aRefreshedLoginIsTheNextSessionsAndNothingElseIsTouched() async throws {
    let sam = try await ready(["--record", "--approvals", "allow"])
    let file = sam.folder.appendingPathComponent("settings")
    try "colour = blue\n".write(to: file, atomically: true, encoding: .utf8)
    let added = try await sam.samctl(
      "agent", "add", "keeper", "--auth-file", ".demo-agent/auth.json=demo-login", "--config-file",
      ".demo-agent/deep/settings=\(file.path)", "--record", "--approvals", "allow", "--echoes-prompts", "--",
      Installation.samd, "demo-agent")
    #expect(added.status == 0, "\(added.all)")
    let shown = try await sam.samctl("agent", "show", "keeper")
    #expect(shown.out.contains("~/.demo-agent/auth.json (secret demo-login)"), "\(shown.all)")
    #expect(shown.out.contains("~/.demo-agent/deep/settings") && !shown.out.contains("blue"), "\(shown.all)")

    let run = try await sam.samctl("run", "Change hello.py [[demo login refresh edit]]", "--agent", "keeper")
    #expect(run.status == 0, "\(run.all)\n\(sam.log.suffix(3000))")
    let old = try digest(after: "My login is ", in: run.out)
    let new = try digest(after: "My new login is ", in: run.out)
    #expect(try digest(after: "My login is ", in: try await say("login", in: sam)) == new && new != old)

    let home = try #require(try homes(sam).first)
    #expect(try homes(sam).count == 2)
    let settings = home.appendingPathComponent(".demo-agent/deep/settings")
    #expect(try String(contentsOf: settings, encoding: .utf8) == "colour = blue\n")
    for (path, mode) in [(home, 0o700), (settings, 0o600), (settings.deletingLastPathComponent(), 0o700)] {
      let has = try FileManager.default.attributesOfItem(atPath: path.path)[.posixPermissions] as? Int
      #expect(has == mode, "\(path.path)")
    }
    // The agent keeps what else it likes there too, and not with the person.
    #expect(FileManager.default.fileExists(atPath: home.appendingPathComponent(".local/state/sam-demo-agent").path))
    #expect(!FileManager.default.fileExists(atPath: sam.folder.appendingPathComponent(".local").path))
    #expect(try String(contentsOf: own(sam), encoding: .utf8) == "mine")
    let branch = try #require(try await sam.pushedBranches().first)
    #expect(try await sam.git("-C", sam.remote.path, "diff", "--name-only", "main", branch) == "hello.py\n")

    // Neither the old token nor the new one is anywhere but with the agent.
    let tokens = try tokens(sam)
    #expect(tokens.count == 1 && !tokens.contains(Self.first), "both sessions have the new one: \(tokens)")
    #expect(try files(with: tokens.union([Self.first]), beneath: sam.folder) == [])

    // A recording does not have it either when the agent is told it, nor the one that the same process has made since.
    let session = try #require(try await sam.list("session", "list").last?["id"] as? String)
    var told: Set<String> = []
    for _ in 0..<2 {
      let token = try #require(try self.tokens(sam).subtracting(told).first)
      told.insert(token)
      let said = try await sam.samctl(
        "session", "say", session, "Note \(token) [[demo login refresh no-edit]]", "--attach", timeout: 90)
      #expect(said.status == 0, "\(said.all)")
    }
    let recordings = try files(with: told, beneath: sam.data.appendingPathComponent("machine/sessions"))
    #expect(recordings.filter { $0.hasSuffix("recording.ndjson") } == [], "\(recordings)")
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)

    // With the folder of the workspace all of it is gone.
    let last = try self.tokens(sam).subtracting(told)
    #expect(last.count == 1)
    for home in try homes(sam) { try FileManager.default.removeItem(at: home.deletingLastPathComponent()) }
    #expect(try files(with: last.union([Self.first]), beneath: sam.folder, withHomes: true) == [])
  }

  @Test func ofTwoSessionsThatRefreshAtOnceOneIsKeptAndTheOtherTakesItUp() async throws {
    let sam = try await ready()
    for _ in 0..<2 {
      let run = try await sam.samctl(
        "run", "Look [[demo login question refresh no-edit]]", "--agent", "keeper", "--detach")
      #expect(run.status == 0, "\(run.all)")
    }
    // Both have begun when both have asked, and go on together.
    nonisolated(unsafe) var asked: [String] = []  // written and read by this task only
    try await Shell.eventually("both ask; log: \(sam.log.suffix(1500))") {
      asked = try await sam.list("approval", "list").compactMap { $0["id"] as? String }
      return asked.count == 2
    }
    for approval in asked { #expect(try await sam.samctl("approval", "answer", approval, "reject").status == 0) }
    let sessions = try await sam.list("session", "list").compactMap { $0["id"] as? String }
    var new: [String: String] = [:]
    var old: Set<String> = []
    for session in sessions {
      try await sam.waitForTurn(in: session, ["finished"], within: 90)
      let said = try await texts(of: session, in: sam)
      new[session] = try digest(after: "My new login is ", in: said)
      old.insert(try digest(after: "My login is ", in: said))
    }
    #expect(old.count == 1, "both began with the same login")
    let kept = try digest(after: "My login is ", in: try await say("login", in: sam))
    let losers = new.filter { $0.value != kept }.keys
    #expect(losers.count == 1 && new.values.contains(kept), "\(new) \(kept)")
    let loser = try #require(losers.first)
    #expect(try await texts(of: loser, in: sam).contains("so has another session meanwhile"))
    try await sam.killAgents()
    let said = try await sam.samctl("session", "say", loser, "Look [[demo login no-edit]]", "--attach", timeout: 90)
    #expect(said.status == 0 && said.out.contains("My login is \(kept)"), "\(said.all)")
    _ = try await sam.stop()
  }

  @Test(arguments: ["agent", "daemon"])
  func aLoginThatWasRefreshedBeforeAKillIsNotLost(of whom: String) async throws {
    let sam = try await ready()
    let run = try await sam.samctl("run", "Look [[demo refresh sleep=60 no-edit]]", "--agent", "keeper", "--detach")
    #expect(run.status == 0, "\(run.all)")
    let session = try await sam.onlySession()
    var new = ""
    try await Shell.eventually("the login is refreshed") {
      let said = try await self.texts(of: session, in: sam)
      guard said.contains("My new login is ") else { return false }
      new = try self.digest(after: "My new login is ", in: said)
      return true
    }
    if whom == "agent" { try await sam.killAgents() } else { try await sam.crashAndStart() }
    try await sam.waitForTurn(in: session, ["failed", "interrupted"], within: 90)
    #expect(try digest(after: "My login is ", in: try await say("login", in: sam)) == new, "\(sam.log.suffix(3000))")
    _ = try await sam.stop()
  }

  @Test func whatIsNoLoginIsNotKeptAndIsPutRight() async throws {
    let sam = try await ready()
    let before = try digest(after: "My login is ", in: try await say("login", in: sam))
    let file = try #require(try homes(sam).first).appendingPathComponent(".demo-agent/auth.json")
    let session = try await sam.onlySession()
    let target = sam.folder.appendingPathComponent("elsewhere")
    try #"{"token": "somebody else's"}"#.write(to: target, atomically: true, encoding: .utf8)
    for what in ["link", "half", "gone"] {
      try FileManager.default.removeItem(at: file)
      switch what {
      case "link": try FileManager.default.createSymbolicLink(at: file, withDestinationURL: target)
      case "half": try #"{"token": "ab"#.write(to: file, atomically: true, encoding: .utf8)
      default: break
      }
      try await sam.killAgents()
      let said = try await sam.samctl("session", "say", session, "Look [[demo login no-edit]]", "--attach", timeout: 90)
      #expect(said.status == 0 && said.out.contains("My login is \(before)"), "\(what): \(said.all)")
    }
    #expect(try String(contentsOf: target, encoding: .utf8).contains("somebody else's"))
    _ = try await sam.stop()
  }

  @Test(arguments: ["terminal", "itself"])
  func aLoginBecomesTheSecret(by way: String) async throws {
    let sam = try await ready()
    let added = try await sam.samctl(
      "agent", "add", "keeper", "--auth-file", ".local/state/sam-demo-agent/login=fresh-login", "--",
      Installation.samd, "demo-agent", "--wants-login")
    #expect(added.status == 0, "\(added.all)")
    let refused = try await sam.samctl("run", "Look [[demo no-edit]]", "--agent", "keeper")
    #expect(refused.status != 0 && refused.all.contains("samctl secret set fresh-login"), "\(refused.all)")
    let check = try await sam.samctl("agent", "check", "keeper")
    #expect(check.status == 1 && check.all.contains("wants a login"), "\(check.all)")
    let login = try await sam.samctl("agent", "login", "keeper", way)
    #expect(login.status == 0 && login.all.contains("Agent 'keeper' is logged in."), "\(login.all)")
    #expect(try await sam.samctl("secret", "list").out.contains("fresh-login"))
    #expect(try await sam.samctl("agent", "check", "keeper").status == 0)
    _ = try await say("say=heron", in: sam)
    #expect(!FileManager.default.fileExists(atPath: sam.folder.appendingPathComponent(".local").path))
    let trials = sam.data.appendingPathComponent("machine/trials").path
    #expect(try FileManager.default.contentsOfDirectory(atPath: trials) == [], "nothing is left of the trials")
    _ = try await sam.stop()
  }

  @Test(arguments: [
    (["--auth-file", "../auth=s"], "no file beneath the home folder"),
    (["--auth-file", "/etc/auth=s"], "no file beneath the home folder"),
    (["--auth-file", "a=s", "--auth-file", "a=t"], "twice"),
    (["--auth-file", "a=s", "--auth-file", "a/b=t"], "cannot both be files"),
    (["--auth-file", "a=s", "--auth-file", "b=s"], "give each its own"),
    (["--auth-file", "a=s", "--env", "HOME=/root"], "leave HOME out"),
    (["--auth-file", "a"], "PATH=SECRET"),
    (["--config-file", "a=/nowhere/file"], "no file '/nowhere/file'"),
  ])
  func aMistakeIsSaidWithWhatToDo(options: [String], words: String) async throws {
    let sam = try Installation()
    try await sam.start()
    let added = try await sam.samctl(["agent", "add", "keeper"] + options + ["--", "agent"])
    #expect(added.status != 0 && added.all.contains(words), "\(added.all)")
    _ = try await sam.stop()
  }

  /// All that was said in a session.
  private func texts(of session: String, in sam: Installation) async throws -> String {
    try await sam.entries(of: session).compactMap { $0["text"] as? String }.joined(separator: "\n")
  }
}
