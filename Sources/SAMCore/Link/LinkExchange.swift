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
  /// Items of a session, or a login file.
  public typealias Call = MachineReport
  /// What the control plane has of them.
  public typealias Answer = MachineReportAnswer
}

/// What a machine reports.
public enum MachineReport: Hashable, Sendable {
  /// Items that are on the machine's disk.
  case items(OutboxBatch)
  /// A login file, to be compared with the secret that it is kept in.
  case login(LoginOffer)
}

/// What the control plane answers to a report.
public enum MachineReportAnswer: Hashable, Sendable {
  /// The sequence through which it has the items on its own disk.
  case acknowledged(Int64)
  /// What the secret's value is.
  case login(LoginAnswer)
}
