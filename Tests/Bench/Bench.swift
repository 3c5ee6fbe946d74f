// SPDX-License-Identifier: Apache-2.0
import Foundation

/// `sam-bench [--quick] [row …]`: measures the build that it lies beside, and prints one table.
///
/// What misses its aim is printed as it is. Everything happens in a temporary folder that is removed afterwards.
@main
struct Bench {
  /// The groups of rows, in the order of the table.
  static let groups: [(name: String, measure: @Sendable (Table, Effort) async throws -> Void)] = [
    ("store", StoreRows.measure), ("first-text", FirstTextRows.measure), ("throughput", ThroughputRows.measure),
    ("latency", LatencyRows.measure), ("fan-out", FanOutRows.measure), ("connection", ConnectionRows.measure),
    ("size", SizeRows.measure),
    ("start", StartRows.measure), ("simulation", SimulationRows.measure),
  ]

  static func main() async {
    // A program that ends while it is written to is an error to report, not the end of this one.
    signal(SIGPIPE, SIG_IGN)
    var names = Array(CommandLine.arguments.dropFirst())
    let isQuick = names.contains("--quick")
    names.removeAll { $0 == "--quick" }
    let known = groups.map(\.name)
    if let unknown = names.first(where: { !known.contains($0) }) {
      let isHelp = ["--help", "-h"].contains(unknown)
      say("\(isHelp ? "" : "'\(unknown)' is no row. ")sam-bench [--quick] [\(known.joined(separator: " | ")) …]")
      exit(isHelp ? 0 : 2)
    }
    let table = Table()
    table.begin(facts: MachineFacts.lines())
    var failed = false
    for group in groups where names.isEmpty || names.contains(group.name) {
      do {
        try await group.measure(table, isQuick ? .quick : .full)
      } catch {
        failed = true
        table.failed(group.name, "\(error)")
      }
    }
    table.end(load: MachineFacts.load)
    exit(failed ? 1 : 0)
  }

  /// Writes a line for people, beside the table.
  static func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}

/// Why something could not be measured.
struct BenchFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// How much is measured.
enum Effort {
  /// As often as the table needs.
  case full
  /// Once or twice and little of everything: to see that it runs. The figures mean nothing.
  case quick

  /// A number of the full measurement, or what takes its place.
  func of(_ full: Int, quick: Int) -> Int { self == .full ? full : quick }
}
