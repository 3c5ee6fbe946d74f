// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What the processes of one session may use together, on the wire; nil = no limit.
public struct ProcessLimitsBody: Codable, Hashable, Sendable {
  /// Memory, in bytes.
  public var memory: Int64?
  /// Processor time, in CPUs.
  public var cpus: Double?
  /// Processes and threads.
  public var processes: Int?

  /// - Parameter limits: the limits of an agent's definition.
  public init(_ limits: ProcessLimits) {
    memory = limits.memory
    cpus = limits.cpus
    processes = limits.processes
  }

  /// The limits that it says.
  public var limits: ProcessLimits { ProcessLimits(memory: memory, cpus: cpus, processes: processes) }
}
