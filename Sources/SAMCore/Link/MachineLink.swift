// SPDX-License-Identifier: Apache-2.0

/// The way to one machine. A link may lose and repeat what it carries; both ends are made for that.
public protocol MachineLink: Sendable {
  /// Asks a machine for something and waits for its answer.
  /// - Throws: ``LinkError`` when no answer came; the request may have been carried out.
  func request(_ request: MachineRequest) async throws -> MachineReply
}

/// The way from a machine to the control plane.
public protocol MachineUplink: Sendable {
  /// Hands over items that are on the machine's disk.
  /// - Returns: the sequence through which the control plane has them on its own disk.
  /// - Throws: ``LinkError`` when no answer came, ``Rejection`` with `superseded` when the epoch is over.
  func deliver(_ batch: OutboxBatch) async throws -> Int64
  /// Compares a login file with the secret that it is kept in. A file that was made of the secret's value and has been
  /// changed since becomes the secret's value.
  /// - Throws: ``LinkError`` when no answer came, ``Rejection`` when there is no such secret, or not for this session.
  func compare(_ login: LoginOffer) async throws -> LoginAnswer
}

/// Why a request or a report got no answer.
public struct LinkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What happened, and what SAM does about it.
  public var message: String
  /// Whether the way to the other side is cut: it says nothing about what was asked.
  public var isAway: Bool
  /// - Parameters:
  ///   - message: what happened, and what SAM does about it.
  ///   - isAway: whether the way to the other side is cut.
  public init(_ message: String, isAway: Bool = false) {
    self.message = message
    self.isAway = isAway
  }
  /// The message.
  public var description: String { message }
}
