// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Foundation
internal import SAMStorage
internal import SAMTestKit

/// `samctl sim`
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sim",
    abstract: "Run SAM's own engine in a simulated world, with faults at every step, and check its promises.",
    discussion: """
      Needs no daemon. One seed gives one run, everywhere: a seed that is printed can be run again.

        samctl sim --seeds 1000            run the seeds 1 to 1000
        samctl sim --seed 42 --trace       run one and say all that happens
        samctl sim --seed 42 --shrink      find the shortest run that breaks the same promise

      Exit status 1 when a promise is broken. Ctrl-C ends a long run early and sums up what was run: 130 when no promise \
      was broken until then.
      """)

  @Option(help: "Run one seed.")
  var seed: UInt64?

  @Option(help: "Run so many seeds, from --from on.")
  var seeds: UInt64 = 100

  @Option(help: "The first of many seeds.")
  var from: UInt64 = 1

  @Flag(help: "Say all that happens in the run of --seed.")
  var trace = false

  @Flag(help: "Shorten the run of --seed as long as the same promise is broken.")
  var shrink = false

  @Flag(help: "Print how often each arrow was interrupted and each effect's answer went astray.")
  var coverage = false

  @Option(help: "With --coverage: end with status 1 when something was hit less often.")
  var atLeast = 0

  @Flag(name: .long, help: "Keep all stores in memory; otherwise about one in twenty is SQLite.")
  var memory = false

  func validate() throws {
    guard seed != nil || !(trace || shrink) else {
      throw ValidationError("--trace and --shrink need one --seed; give it")
    }
  }

  func run() async throws {
    let output = Output.standard(isJSON: false)
    let disk = try SimulatedDisk()
    defer { disk.remove() }
    let isGood =
      if let seed { try one(seed, output, disk) } else { try await many(output, disk) }
    if !isGood { throw ExitCode(EndStatus.failed.rawValue) }
  }

  private func one(_ seed: UInt64, _ output: Output, _ disk: SimulatedDisk) throws -> Bool {
    let open = memory ? nil : disk.open
    let run =
      shrink
      ? Simulation.shrink(seed: seed, store: open) : Simulation.run(seed: seed, isTraced: trace, store: open)
    if shrink || trace {
      for step in run.script { try output.line("script  \(step)") }
      for line in run.trace { try output.line(line) }
    }
    for violation in run.violations { try output.line(output.style(.red, violation)) }
    let vacuous = run.evidence.filter { $0.count == 0 }.map(\.id)
    if !vacuous.isEmpty { try output.line("vacuous here: \(vacuous.joined(separator: " "))") }
    try output.line(
      "sim: seed \(seed), \(run.violations.count) violations, \(run.events) events, \(run.commits) commits, "
        + "\(run.crashes) crashes, trace \(String(run.hash, radix: 16))")
    return run.violations.isEmpty
  }

  private func many(_ output: Output, _ disk: SimulatedDisk) async throws -> Bool {
    let start = ContinuousClock.now
    let width = ProcessInfo.processInfo.activeProcessorCount
    let campaign = try await Keyboard.withInterrupts { interrupts in
      await withTaskGroup(of: SimCampaign?.self) { group in
        group.addTask { await simulate(width, output, disk) }
        group.addTask {
          for await _ in interrupts { break }
          return nil
        }
        var result = SimCampaign()
        for await ended in group {
          // Either all have run, or a person has seen enough: what is running comes to its end.
          group.cancelAll()
          result = ended ?? result
        }
        return result
      }
    }
    if output.isTerminal { try output.note("") }
    for run in campaign.failures { try output.line("seed \(run.seed): \(run.violations.first ?? "")") }
    if let first = campaign.failures.first {
      try output.line("look at one with: samctl sim --seed \(first.seed) --shrink")
    }
    let gaps = campaign.coverage.gaps(below: atLeast)
    if coverage {
      for line in campaign.coverage.table() { try output.line(line) }
      for gap in gaps { try output.line("less than \(atLeast): \(gap)") }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let pace = Double(campaign.seeds) / seconds / Double(width)
    let hours = campaign.simulated / .seconds(3600) / seconds / Double(width)
    try output.line(
      "trace \(String(campaign.hash, radix: 16)); a core a second: \(String(format: "%.1f", pace)) schedules, "
        + "\(String(format: "%.1f", hours)) simulated hours")
    try output.line(campaign.summary)
    guard campaign.seeds == seeds else {
      try output.note("interrupted after \(campaign.seeds) of \(seeds) seeds")
      // A promise that was seen to be broken is, however many runs are left.
      throw ExitCode(campaign.failures.isEmpty ? EndStatus.detached.rawValue : EndStatus.failed.rawValue)
    }
    return campaign.failures.isEmpty && (!coverage || gaps.isEmpty)
  }

  /// Runs the seeds. Whoever has begun a long run learns at once that it fails.
  private func simulate(_ width: Int, _ output: Output, _ disk: SimulatedDisk) async -> SimCampaign {
    var told = 0
    return await SimCampaign.run(
      seeds: from..<(from + seeds), width: width, store: memory ? nil : disk.open
    ) { campaign in
      for run in campaign.failures.dropFirst(told) {
        FileHandle.standardError.write(Data("seed \(run.seed) breaks a promise\n".utf8))
      }
      told = campaign.failures.count
      guard output.isTerminal, campaign.seeds % 8 == 0 else { return }
      FileHandle.standardError.write(Data("\r\(campaign.seeds) of \(seeds) seeds".utf8))
    }
  }
}

/// Where the durable stores of simulated runs lie: one folder each, gone afterwards.
struct SimulatedDisk: Sendable {
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "sam-sim-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// Opens the store of a seed, as it was left.
  var open: Simulation.StoreOpener {
    { [folder] seed, life in
      let place = "\(folder)/\(seed)"
      if life == 1, FileManager.default.fileExists(atPath: place) {
        try FileManager.default.removeItem(atPath: place)
      }
      return try SQLiteStore(directory: place)
    }
  }

  func remove() {
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      FileHandle.standardError.write(Data("could not remove \(folder): \(error)\n".utf8))
    }
  }
}
