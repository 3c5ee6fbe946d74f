// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SAMAgentRuntime

@Suite("A terminal of an agent", .timeLimit(.minutes(2)))
struct TerminalsTests {
  let folder: ScratchFolder
  let terminals: Terminals

  init() throws {
    folder = try ScratchFolder()
    terminals = Terminals(
      guardExecutable: GuardProgram.path, runID: "test_" + UUID().uuidString,
      environment: AgentEnvironment(host: ProcessInfo.processInfo.environment, explicit: ["BASE": "base"]).variables,
      workingDirectory: folder.path)
  }

  @Test(
    "runs a program with arguments, or a line in a shell",
    arguments: [
      (Terminals.Command(command: "printf", arguments: ["%s|", "a b", "c"]), "a b|c|", ProcessExit.code(0)),
      (.init(command: "echo one; echo two >&2; exit 4"), "one\ntwo\n", .code(4)),
      (.init(command: "pwd", workingDirectory: "/"), "/\n", .code(0)),
      (.init(command: "echo $BASE $MORE", environment: ["MORE": "more"]), "base more\n", .code(0)),
      (.init(command: "kill -TERM $$"), "", .signal(15)),
    ])
  func runs(command: Terminals.Command, text: String, exit: ProcessExit) async throws {
    let id = try await terminals.create(command)
    #expect(try await terminals.waitForExit(id) == exit)
    #expect(try terminals.output(id) == .init(text: text, truncated: false, exit: exit))
    try await terminals.release(id)
    #expect(throws: RuntimeError.self) { try terminals.output(id) }
  }

  @Test("shows what there is while it runs, and stays readable after it was killed")
  func killed() async throws {
    let id = try await terminals.create(.init(command: "echo begun; sleep 60"))
    try await eventually("it has begun") { try terminals.output(id).text == "begun\n" }
    #expect(try terminals.output(id).exit == nil)
    try terminals.kill(id)
    #expect(try await terminals.waitForExit(id) == .signal(15))
    try terminals.kill(id)
    #expect(try terminals.output(id).text == "begun\n")
    await terminals.releaseAll()
    #expect(throws: RuntimeError.self) { try terminals.output(id) }
  }

  @Test("stops waiting when the waiting task is cancelled, and goes on running")
  func cancelledWait() async throws {
    let id = try await terminals.create(.init(command: "sleep 60"))
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await #expect(throws: CancellationError.self) { try await terminals.waitForExit(id) } }
      group.cancelAll()
    }
    #expect(try terminals.output(id).exit == nil)
    try await terminals.release(id)
  }

  @Test("keeps the end of its output, cut at a character")
  func limit() async throws {
    let id = try await terminals.create(
      .init(command: "i=0; while [ $i -lt 3000 ]; do printf 'é€😀'; i=$((i+1)); done; echo end", outputByteLimit: 100))
    _ = try await terminals.waitForExit(id)
    let output = try terminals.output(id)
    #expect(output.truncated)
    #expect(output.text.hasSuffix("é€😀end\n"))
    #expect(output.text.utf8.count <= 100 && output.text.utf8.count > 96)
    #expect(!output.text.contains("\u{FFFD}"))
    try await terminals.release(id)
  }

  @Test("leaves nothing when it goes without being released")
  func dropped() async throws {
    let runID = "test_" + UUID().uuidString
    do {
      let some = Terminals(
        guardExecutable: GuardProgram.path, runID: runID, environment: ["PATH": "/usr/bin:/bin"],
        workingDirectory: folder.path)
      _ = try await some.create(.init(command: "sleep 60 & sleep 61"))
      try await eventually("it runs") { Strays.find(runIDPrefix: runID).count >= 4 }
    }
    try await eventually("it is gone") { Strays.find(runIDPrefix: runID).isEmpty }
  }

  @Test("never shows half a character", arguments: 1...12)
  func tails(limit: Int) {
    let text = Array("aé€😀z".utf8)
    for cut in 0...text.count {
      var tail = OutputTail(limit: limit)
      for byte in text[..<cut] { tail.append([byte]) }
      let shown = tail.text(ended: false)
      #expect(!shown.contains("\u{FFFD}"), "\(limit) \(cut)")
      #expect(shown.utf8.count <= limit)
      #expect("aé€😀z".contains(shown) || shown.isEmpty)
      #expect(tail.truncated == (cut > limit))
    }
    var broken = OutputTail(limit: limit)
    broken.append([0xFF, 0xFE, 0x80, 0x41])
    #expect(broken.text(ended: true).utf8.count <= limit)
    #expect(broken.text(ended: true).hasSuffix("A"))
  }
}
