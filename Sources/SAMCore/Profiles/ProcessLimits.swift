// SPDX-License-Identifier: Apache-2.0

/// What the processes of one session may use together; nil = as much as the machine has.
public struct ProcessLimits: Codable, Hashable, Sendable {
  /// Memory, in bytes. Who uses more is ended.
  public var memory: Int64?
  /// Processor time, in CPUs: 1.5 = as much as one and a half give. Who wants more waits.
  public var cpus: Double?
  /// Processes and threads. Who wants more cannot start them.
  public var processes: Int?

  /// - Parameters: as the properties of the same names.
  public init(memory: Int64? = nil, cpus: Double? = nil, processes: Int? = nil) {
    self.memory = memory
    self.cpus = cpus
    self.processes = processes
  }

  /// What is limited, in words: `memory 4 GiB`, `2 CPUs`, `512 processes`.
  public var words: [String] {
    [
      memory.map { "memory \(Self.text(ofBytes: $0))" },
      cpus.map { "\($0 == $0.rounded() && $0 < 1e9 ? "\(Int($0))" : "\($0)") CPUs" },
      processes.map { "\($0) processes" },
    ].compactMap(\.self)
  }

  /// Whether an agent can live with it at all.
  /// - Throws: ``Rejection`` with `invalid` that says what is possible.
  func check() throws {
    if let memory, memory < 16 << 20 {
      throw Rejection(
        .invalid, "a limit of memory of \(Self.text(ofBytes: memory)) lets no agent start; give 16MiB or more")
    }
    if let cpus, !(0.01...100_000).contains(cpus) {
      throw Rejection(.invalid, "a limit of \(cpus) CPUs is not possible; give one from 0.01 up")
    }
    if let processes, processes < 4 {
      throw Rejection(.invalid, "a limit of \(processes) processes lets no agent work; give 4 or more")
    }
  }

  private static let units: [(name: String, bytes: Int64)] = [
    ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
  ]

  /// A number of bytes for people, exactly: `4 GiB`, `1536 MiB`.
  public static func text(ofBytes bytes: Int64) -> String {
    guard bytes != 0, let unit = units.first(where: { bytes % $0.bytes == 0 }) else { return "\(bytes) bytes" }
    return "\(bytes / unit.bytes) \(unit.name)"
  }

  /// The number of bytes that `4GiB`, `512 MiB` or `1073741824` says; nil = it says none.
  public static func bytes(_ text: String) -> Int64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let rest = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard let number = Int64(digits) else { return nil }
    if rest.isEmpty { return number }
    guard let unit = units.first(where: { $0.name.lowercased() == rest }) else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
    return overflow ? nil : bytes
  }
}
