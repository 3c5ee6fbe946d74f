// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMCore
import Synchronization
import Testing

@testable import SAMAgentRuntime

/// A login file beside a secret that others change too, and a link that loses answers.
@Suite("A home folder of an agent's own", .timeLimit(.minutes(1)))
struct AgentHomeTests {
  /// A secret as the control plane keeps it.
  private final class Secret: Sendable {
    struct State {
      var number = 1
      var value = "one"
      /// Nothing gets through; or nothing comes back.
      var isAway = false
      var losesAnswers = false
    }
    private let state = Mutex(State())
    var value: String { state.withLock { $0.value } }
    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    func compare(_ known: SecretID?, _ value: String?) throws -> LoginAnswer {
      try state.withLock { state in
        func id() -> SecretID { SecretID(trusted: "secret_\(state.number)") }
        if state.isAway { throw LinkError("nobody listens", isAway: true) }
        if let value, value == state.value { return .current(id()) }
        guard known == id() else { return .newer(id(), value: state.value) }
        if let value {
          state.value = value
          state.number += 1
        }
        if state.losesAnswers { throw LinkError("the answer was lost", isAway: true) }
        return .current(id())
      }
    }
  }

  private let folder: ScratchFolder
  private let secret = Secret()

  init() throws { folder = try ScratchFolder() }

  /// The home folder, as each start of the agent sees it anew.
  private func home() throws -> AgentHome {
    let launch = AgentLaunch(command: "a", files: [HomeFile(path: ".a/auth", content: .secret("login"))])
    let home = AgentHome(launch, at: folder.file("home")) { [secret] _, known, value in
      try secret.compare(known, value)
    }
    return try #require(home)
  }

  private var file: String { folder.file("home/.a/auth") }
  private func read() throws -> String { try String(contentsOfFile: file, encoding: .utf8) }
  private func refresh(_ text: String) throws { try text.write(toFile: file, atomically: true, encoding: .utf8) }

  @Test func `an agent without files has none`() {
    #expect(AgentHome(AgentLaunch(command: "a"), at: "/nowhere") { _, _, _ in throw LinkError("no") } == nil)
  }

  @Test func `what the agent refreshes is kept once, and what it leaves alone is not offered`() async throws {
    let home = try home()
    try await home.write()
    #expect(try read() == "one")
    #expect(await home.look() == [])
    try refresh("two")
    #expect(await home.look().map(\.isLoss) == [false])
    #expect(secret.value == "two")
    #expect(await home.look() == [])
  }

  @Test func `an older value never comes over a refreshed one, also when nobody has heard of it yet`() async throws {
    let home = try home()
    try await home.write()
    try refresh("two")
    secret.change { $0.isAway = true }
    let findings = await home.look()
    #expect(findings.count == 1 && findings[0].text.contains("is not kept") && !findings[0].text.contains("two"))
    // The next look makes up for it, be it by this process or at the next start.
    secret.change { $0.isAway = false }
    try await self.home().write()
    #expect(try read() == "two")
    #expect(secret.value == "two")
  }

  @Test func `an answer that is lost makes no second value`() async throws {
    let home = try home()
    try await home.write()
    try refresh("two")
    secret.change { $0.losesAnswers = true }
    #expect(await home.look().count == 1)
    #expect(secret.value == "two")
    secret.change { $0.losesAnswers = false }
    #expect(await home.look().allSatisfy { !$0.isLoss })
    try refresh("three")
    _ = await home.look()
    #expect(secret.value == "three", "what follows is kept too")
  }

  @Test func `who is behind the secret loses, hears of it once, and takes the secret's value up at the next start`()
    async throws
  {
    let home = try home()
    try await home.write()
    secret.change { ($0.number, $0.value) = (2, "of another session") }
    #expect(await home.look() == [], "nothing of this agent is lost")
    try refresh("two")
    #expect(await home.look().map(\.isLoss) == [true])
    #expect(await home.look() == [])
    #expect(secret.value == "of another session")
    try await self.home().write()
    #expect(try read() == "of another session")
  }

  @Test func `what was refreshed before a crash is kept by who looks after it, and what is behind is no loss`()
    async throws
  {
    try await home().write()
    try refresh("two")
    #expect(try await home().look().map(\.isLoss) == [false])
    #expect(secret.value == "two")
    #expect(try await home().look() == [])
    secret.change { ($0.number, $0.value) = (9, "of another session") }
    #expect(try await home().look().map(\.isLoss) == [false])
    #expect(try read() == "two", "only a start writes")
  }

  @Test func `a file that is being written is waited for`() async throws {
    let home = try home()
    try await home.write()
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { _ = await home.look() }
      for number in 0..<20 {
        try refresh("part \(number)")
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    _ = await home.look()
    #expect(secret.value == "part 19")
    #expect(try read() == "part 19")
  }

  @Test func `a folder that the agent has replaced by a link is not written through`() async throws {
    try await home().write()
    try FileManager.default.removeItem(atPath: folder.file("home/.a"))
    try FileManager.default.createSymbolicLink(atPath: folder.file("home/.a"), withDestinationPath: folder.path)
    let error = await #expect(throws: RuntimeError.self) { try await home().write() }
    #expect(error?.message.contains("~/.a/auth") == true)
    #expect(!FileManager.default.fileExists(atPath: folder.file("auth")))
  }
}
