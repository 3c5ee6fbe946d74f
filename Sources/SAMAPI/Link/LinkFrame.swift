// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// One frame of the link between control plane and machine: a line of JSON.
///
/// `{"v":1,"id":7,"request":{…}}`, and `reply`, `error`, `report`, `ack`, `login`, `kept`, `hello`, `ping`, `pong`, `bye` in the
/// place of `request`. The side that asks counts its requests or reports in the id, without gaps; `reply` and `error` answer
/// the request with their id, `ack`, `kept` and `error` the report or login with it, and `pong` the `ping`. The machine's first frame is its
/// `hello`; the control plane's `hello` answers it with the one version that is spoken from then on (see
/// ``LinkVersion``). `hello` and `bye` belong to no exchange: their id is 0.
public struct LinkFrame: Hashable, Sendable {
  /// What a frame says.
  public enum Content: Hashable, Sendable {
    /// Who speaks, and in which versions.
    case hello(LinkHello)
    /// Control plane → machine.
    case request(MachineRequest)
    /// The machine's answer.
    case reply(MachineReply)
    /// Machine → control plane: items that are on its disk.
    case report(OutboxBatch)
    /// The sequence through which the control plane has a report's items on its own disk.
    case ack(Int64)
    /// Machine → control plane: a login file, to be compared with its secret.
    case login(LoginOffer)
    /// What the secret's value is.
    case kept(LoginAnswer)
    /// A request or report got no answer.
    case error(LinkFailure)
    /// Whether the other side is there.
    case ping
    /// It is.
    case pong
    /// The sender closes the connection now, and why.
    case bye(String)
  }

  /// The version of the frame's shape.
  public var version: Int
  /// Which exchange it belongs to, from 1; counted apart by each asking side, and apart for pings.
  public var id: Int64
  /// What it says.
  public var content: Content

  /// - Parameters: as the properties of the same names.
  public init(id: Int64, _ content: Content, version: Int = LinkVersion.current) {
    self.version = version
    self.id = id
    self.content = content
  }

  /// The largest frame in bytes, its line break included.
  public static let maxBytes = 16 << 20
}

extension LinkHello {
  /// Introduces this program, with all versions that it speaks.
  /// - Parameters: as the properties of the same names.
  public init(software: String, machine: String? = nil) {
    self.init(versions: Array(LinkVersion.supported), software: software, machine: machine)
  }
}
