// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
public import SAMCore

/// The link to a machine that runs in this process.
///
/// Every frame becomes bytes and is read again, so that nothing works here that would not work over a wire.
public struct LocalLink: MachineLink {
  private let machine: any MachineLink

  /// - Parameter machine: what answers.
  public init(to machine: any MachineLink) { self.machine = machine }

  /// Asks the machine.
  public func request(_ request: MachineRequest) async throws -> MachineReply {
    let frame = try LocalWire.carry(.request(request))
    guard case .request(let request) = frame else { throw LocalWire.confused(frame) }
    let answer: LinkFrame.Content
    do {
      answer = try LocalWire.carry(.reply(try await machine.request(request)))
    } catch {
      answer = try LocalWire.carry(.error(LocalWire.failure(error)))
    }
    switch answer {
    case .reply(let reply): return reply
    case .error(let failure): return try failure.answer().get()
    default: throw LocalWire.confused(answer)
    }
  }
}

/// The way back from a machine that runs in this process, likewise through bytes.
public struct LocalUplink: MachineUplink {
  private let controlPlane: any MachineUplink

  /// - Parameter controlPlane: what takes reports.
  public init(to controlPlane: any MachineUplink) { self.controlPlane = controlPlane }

  /// Reports to the control plane.
  public func deliver(_ batch: OutboxBatch) async throws -> Int64 {
    let frame = try LocalWire.carry(.report(batch))
    guard case .report(let batch) = frame else { throw LocalWire.confused(frame) }
    let answer: LinkFrame.Content
    do {
      answer = try LocalWire.carry(.ack(try await controlPlane.deliver(batch)))
    } catch {
      answer = try LocalWire.carry(.error(LocalWire.failure(error)))
    }
    switch answer {
    case .ack(let through): return through
    case .error(let failure): return try failure.answer().get()
    default: throw LocalWire.confused(answer)
    }
  }
}

private enum LocalWire {
  static func carry(_ content: LinkFrame.Content) throws -> LinkFrame.Content {
    try LinkFrame(decoding: LinkFrame(id: 1, content).encoded()).content
  }

  static func failure(_ error: any Error) -> LinkFailure {
    switch error {
    case let rejection as Rejection: LinkFailure(rejection)
    case let error as LinkError: LinkFailure(error)
    default: LinkFailure(LinkError("\(error)"))
    }
  }

  static func confused(_ content: LinkFrame.Content) -> LinkError {
    LinkError("the local link carried something unexpected; report this")
  }
}
