// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

extension LinkFrame: Codable {
  private enum CodingKeys: String, CodingKey {
    case v
    case id
    case hello
    case request
    case reply
    case report
    case ack
    case login
    case kept
    case error
    case ping
    case pong
    case bye
  }

  /// What says nothing but its name; fields may be added.
  private struct Nothing: Codable {}

  /// Reads a frame; exactly one content is there.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    version = try container.decode(Int.self, forKey: .v)
    id = try container.decode(Int64.self, forKey: .id)
    let contents = container.allKeys.filter { $0 != .v && $0 != .id }
    guard contents.count == 1, let key = contents.first else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription:
            "a frame has one of hello, request, reply, report, ack, login, kept, error, ping, pong, bye; "
            + "this has \(contents.count)")
      )
    }
    switch key {
    case .hello: content = .hello(try container.decode(LinkHello.self, forKey: key))
    case .request: content = .request(try container.decode(MachineRequest.self, forKey: key))
    case .reply: content = .reply(try container.decode(MachineReply.self, forKey: key))
    case .report: content = .report(try container.decode(OutboxBatch.self, forKey: key))
    case .ack: content = .ack(try container.decode(Int64.self, forKey: key))
    case .login: content = .login(try container.decode(LoginOffer.self, forKey: key))
    case .kept: content = .kept(try container.decode(LoginAnswer.self, forKey: key))
    case .ping:
      _ = try container.decode(Nothing.self, forKey: key)
      content = .ping
    case .pong:
      _ = try container.decode(Nothing.self, forKey: key)
      content = .pong
    case .bye: content = .bye(try container.decode(String.self, forKey: key))
    default: content = .error(try container.decode(LinkFailure.self, forKey: key))
    }
  }

  /// Writes a frame.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .v)
    try container.encode(id, forKey: .id)
    switch content {
    case .hello(let hello): try container.encode(hello, forKey: .hello)
    case .request(let request): try container.encode(request, forKey: .request)
    case .reply(let reply): try container.encode(reply, forKey: .reply)
    case .report(let batch): try container.encode(batch, forKey: .report)
    case .ack(let sequence): try container.encode(sequence, forKey: .ack)
    case .login(let login): try container.encode(login, forKey: .login)
    case .kept(let answer): try container.encode(answer, forKey: .kept)
    case .error(let failure): try container.encode(failure, forKey: .error)
    case .ping: try container.encode(Nothing(), forKey: .ping)
    case .pong: try container.encode(Nothing(), forKey: .pong)
    case .bye(let reason): try container.encode(reason, forKey: .bye)
    }
  }
}

extension LinkFrame {
  private struct Version: Decodable { var v: Int }

  /// The frame as one line of JSON, its line break included.
  /// - Throws: ``LinkFrameError`` with `frame_too_large`.
  public func encoded() throws -> [UInt8] {
    var bytes = try APICoding.encode(self)
    bytes.append(UInt8(ascii: "\n"))
    try Self.check(bytes.count)
    return bytes
  }

  /// Reads one line, with or without its line break.
  /// - Throws: ``LinkFrameError``; `unsupported_version` also when the rest could not be read either.
  public init(decoding line: [UInt8]) throws {
    try Self.check(line.count)
    let version: Int
    do {
      version = try APICoding.decode(Version.self, from: line).v
    } catch {
      throw Self.malformed(line, error)
    }
    guard LinkVersion.supported.contains(version) else {
      throw LinkFrameError(
        .unsupportedVersion,
        "this frame has version \(version), this side reads \(LinkVersion.supported.lowerBound) to "
          + "\(LinkVersion.supported.upperBound); update \(version > LinkVersion.current ? "this" : "the other") side",
        evidence: "v=\(version)")
    }
    do {
      self = try APICoding.decode(LinkFrame.self, from: line)
    } catch {
      throw Self.malformed(line, error)
    }
  }

  private static func check(_ count: Int) throws {
    guard count <= maxBytes else {
      throw LinkFrameError(
        .tooLarge, "a frame of \(count) bytes is over the limit of \(maxBytes); send smaller batches, or a blob",
        evidence: "\(count)")
    }
  }

  /// Which field is wrong, but nothing of what it holds: frames carry secrets.
  private static func malformed(_ line: [UInt8], _ error: any Error) -> LinkFrameError {
    LinkFrameError(
      .malformed,
      "these \(line.count) bytes are no frame; check that both sides are SAM and nothing writes between them",
      evidence: (error as? DecodingError)?.place ?? "no JSON")
  }
}
