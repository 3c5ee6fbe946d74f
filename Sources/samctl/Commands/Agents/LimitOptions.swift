// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMCore

/// What the processes of one session may use together.
struct LimitOptions: ParsableArguments {
  @Option(
    name: .customLong("limit-memory"),
    help: ArgumentHelp("Let a session's processes use that much memory together, such as 4GiB.", valueName: "size"))
  var memory: String?

  @Option(
    name: .customLong("limit-cpu"),
    help: ArgumentHelp("Let a session's processes use that many CPUs together, such as 2 or 0.5.", valueName: "cpus"))
  var cpus: Double?

  @Option(
    name: .customLong("limit-processes"),
    help: ArgumentHelp("Let a session have that many processes and threads.", valueName: "number"))
  var processes: Int?

  /// The limits; nil = none.
  /// - Throws: `ValidationError` that says how a size is written.
  func limits() throws -> ProcessLimits? {
    let bytes = try memory.map { text in
      guard let bytes = ProcessLimits.bytes(text) else {
        throw ValidationError("'\(text)' is no size for --limit-memory. Write it as 512MiB or 4GiB.")
      }
      return bytes
    }
    let limits = ProcessLimits(memory: bytes, cpus: cpus, processes: processes)
    return limits.words.isEmpty ? nil : limits
  }
}
