// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A person says what an agent's processes may use, and hears of it where the machine cannot see to it.
@Suite struct LimitTests {
  @Test func limitsThatCannotBeEnforcedAreToldOnceAndTheSessionWorksAllTheSame() async throws {
    let sam = try Installation()
    try await sam.makeRemote()
    try await sam.start(flags: ["--agent-idle", "1"])
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    let added = try await sam.samctl(
      "agent", "add", "limited", "--limit-memory", "4GiB", "--limit-cpu", "2", "--limit-processes", "512", "--",
      Installation.samd, "demo-agent")
    #expect(added.status == 0, "\(added.all)")
    let shown = try await sam.samctl("agent", "show", "limited")
    #expect(shown.out.contains("memory 4 GiB, 2 CPUs, 512 processes"), "\(shown.all)")
    let view = try await sam.json("agent", "show", "limited")
    #expect((view["limits"] as? [String: Any])?["memory"] as? Int == 4 << 30, "\(view)")

    // Whether this machine can is what the trial says; the conversation says the same.
    let check = try await sam.json("agent", "check", "limited")
    #expect(check["works"] as? Bool == true, "\(check)")
    let lacks = check["lacks"] as? [String] ?? []
    let run = try await sam.samctl("run", "Hello [[demo say=heron no-edit]]", "--agent", "limited")
    #expect(run.status == 0 && run.out.contains("heron"), "\(run.all)\n\(sam.log.suffix(2000))")
    let session = try #require(try await sam.list("session", "list").first?["id"] as? String)
    try await Shell.eventually("the idle agent is ended") { try sam.strays().isEmpty }
    let said = try await sam.samctl("session", "say", session, "More [[demo say=osprey no-edit]]", "--attach")
    #expect(said.status == 0 && said.out.contains("osprey"), "\(said.all)")
    let told = try await sam.entries(of: session).filter { $0["type"] as? String == "notice" }
      .compactMap { $0["text"] as? String }.filter { $0.contains("memory 4 GiB, 2 CPUs, 512 processes") }
    #expect(told == lacks, "once, and not again for the agent's second process")
    if let lack = lacks.first {
      #expect(lack.contains("Delegate=yes"))
      #expect(run.out.contains("not all enforced"), "the person sees it: \(run.out)")
    }

    // Who asked for no limits hears of none.
    let free = try await sam.samctl("run", "Hello [[demo say=heron no-edit]]", "--agent", "demo")
    #expect(free.status == 0 && !free.out.contains("enforced"), "\(free.all)")
    #expect(try await sam.stop() == 0, "\(sam.log.suffix(2000))")
    #expect(try sam.strays().isEmpty)
  }

  @Test func limitsThatAreNoneAreRefused() async throws {
    let sam = try Installation()
    try await sam.start()
    for (option, value, word) in [
      ("--limit-memory", "4GB", "4GiB"), ("--limit-memory", "1MiB", "16MiB"), ("--limit-cpu", "0", "0.01"),
      ("--limit-processes", "1", "4 or more"),
    ] {
      let added = try await sam.samctl("agent", "add", "a", option, value, "--", "true")
      #expect(added.status != 0 && added.all.contains(word), "\(option) \(value): \(added.all)")
    }
    #expect(try await sam.stop() == 0)
  }
}
