// SPDX-License-Identifier: Apache-2.0

/// One direction of asking on a link: what is asked, and what is answered.
///
/// A link has two of them. The control plane asks ``MachineRequests`` and serves ``MachineReports``; the machine the
/// other way round.
public protocol LinkExchange: Sendable {
  /// What is asked.
  associatedtype Call: Hashable, Sendable
  /// What is answered.
  associatedtype Answer: Hashable, Sendable
}

/// What the control plane asks of a machine.
public enum MachineRequests: LinkExchange {
  /// A request.
  public typealias Call = MachineRequest
  /// What the machine answers.
  public typealias Answer = MachineReply
}

/// What a machine reports to the control plane.
public enum MachineReports: LinkExchange {
  /// Items that are on the machine's disk.
  public typealias Call = OutboxBatch
  /// The sequence through which the control plane has them on its own disk.
  public typealias Answer = Int64
}
