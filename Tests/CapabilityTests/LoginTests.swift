// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// An agent that wants a login says so, and gets one: in the person's terminal, or by itself.
@Suite struct LoginTests {
  private func ready() async throws -> Installation {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start()
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    let added = try await sam.samctl("agent", "add", "shy", "--", Installation.samd, "demo-agent", "--wants-login")
    #expect(added.status == 0, "\(added.all)")
    return sam
  }

  @Test(arguments: [("terminal", "The demo agent is logged in."), ("itself", "Agent 'shy' is logged in.")])
  func anAgentThatWantsALoginWorksAfterIt(by way: String, saying words: String) async throws {
    let sam = try await ready()
    let refused = try await sam.samctl("run", "Write a note [[demo no-edit]]", "--agent", "shy")
    #expect(refused.status != 0 && refused.all.contains("log it in with 'samctl agent login'"), "\(refused.all)")
    let check = try await sam.samctl("agent", "check", "shy")
    #expect(check.status == 1 && check.all.contains("terminal") && check.all.contains("itself"), "\(check.all)")

    let which = try await sam.samctl("agent", "login", "shy")
    #expect(which.status == 2 && which.all.contains("In a terminal") && which.all.contains("By itself"), "\(which.all)")
    let unknown = try await sam.samctl("agent", "login", "shy", "browser")
    #expect(unknown.status == 2 && unknown.all.contains("has no login 'browser'"), "\(unknown.all)")

    let login = try await sam.samctl("agent", "login", "shy", way)
    #expect(login.status == 0 && login.out.contains(words), "\(login.all)")
    #expect(try await sam.samctl("agent", "check", "shy").status == 0)
    let run = try await sam.samctl("run", "Write a note [[demo no-edit]]", "--agent", "shy")
    #expect(run.status == 0, "\(run.all)")
    _ = try await sam.stop()
    #expect(try sam.strays().isEmpty)
  }

  @Test func anAgentWithoutALoginSaysThatItHasNone() async throws {
    let sam = try await ready()
    let login = try await sam.samctl("agent", "login", "demo")
    #expect(login.status == 1 && login.all.contains("has no login of its own"), "\(login.all)")
    _ = try await sam.stop()
  }
}
