// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `samctl sim`, as somebody runs it who wants to know whether SAM keeps its promises.
@Suite struct SimulationTests {
  @Test func aSeedIsTheSameRunEachTimeAndNeedsNoDaemon() async throws {
    let first = try await Shell.run(Installation.samctl, ["sim", "--seed", "7"])
    #expect(first.status == 0, "\(first.all)")
    #expect(first.out.hasPrefix("sim: seed 7, 0 violations") || first.out.contains("\nsim: seed 7, 0 violations"))
    #expect(try await Shell.run(Installation.samctl, ["sim", "--seed", "7"]).out == first.out)
  }

  @Test func whoInterruptsALongSimulationIsToldWhatItCameTo() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sam-sim-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (out, err) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("err"))
    let program = try Shell.start(Installation.samctl, ["sim", "--seeds", "100000", "--memory"], out: out, err: err)
    defer { if program.isRunning { program.send(SIGKILL) } }
    try await Shell.eventually("it is at work", within: 120) { try seconds(of: program) > 3 }
    #expect(program.isRunning)
    program.send(SIGINT)
    try await Shell.eventually("the simulation ends", within: 60) { !program.isRunning }
    let said = try String(contentsOf: out, encoding: .utf8)
    let last = try #require(said.split(separator: "\n").last)
    let words = last.split(separator: " ")
    #expect(words.first == "sim:" && words.dropFirst(2).first == "seeds,", "\(said)")
    #expect(last.contains(" 0 violations, "))
    let count = try #require(Int(words[1]))
    #expect(count > 0 && count < 100_000)
    #expect(program.status == 130)
    #expect(try String(contentsOf: err, encoding: .utf8).contains("interrupted after \(count) of 100000 seeds"))
  }

  /// How much processor time a program has used (proc(5), `utime`).
  private func seconds(of program: Program) throws -> Int {
    let stat = try String(contentsOfFile: "/proc/\(program.processIdentifier)/stat", encoding: .utf8)
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    return (fields.count > 11 ? Int(fields[11]) ?? 0 : 0) / sysconf(Int32(_SC_CLK_TCK))
  }
}
