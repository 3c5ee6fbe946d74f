// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix

/// A TCP connection whose bytes the test writes itself.
struct RawSocket {
  let channel: any Channel
  private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var received = ByteBuffer()

  private init(
    _ channel: any Channel, _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
    _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  ) {
    self.channel = channel
    self.inbound = inbound.makeAsyncIterator()
    self.outbound = outbound
  }

  static func connect(
    _ port: Int, reads: Bool = true, _ body: @escaping @Sendable (inout RawSocket) async throws -> Void
  ) async throws {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.autoRead, value: reads)
      .channelOption(.allowRemoteHalfClosure, value: true)
      // One that does not read offers a small window, so that the server feels it soon.
      .channelOption(.socketOption(.so_rcvbuf), value: reads ? 1 << 20 : 8 << 10)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    try await channel.executeThenClose { inbound, outbound in
      var socket = RawSocket(channel.channel, inbound, outbound)
      try await body(&socket)
    }
  }

  /// Opens a WebSocket; `more` is sent together with the handshake.
  static func webSocket(
    _ port: Int, path: String = "/", reads: Bool = true, more: [UInt8] = [],
    _ body: @escaping @Sendable (inout RawSocket) async throws -> Void
  ) async throws {
    try await connect(port, reads: reads) { socket in
      try await socket.send(Array(handshake(path).utf8) + more)
      if !reads { socket.channel.read() }
      let answer = try await socket.readHead()
      guard answer.hasPrefix("HTTP/1.1 101 ") else { throw Unexpected(what: answer) }
      try await body(&socket)
    }
  }

  static func handshake(_ path: String = "/", extra: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(extra)\r\n"
  }

  struct Unexpected: Error { let what: String }

  func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }
  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  /// Reads more bytes; `false` at the end of the stream.
  private mutating func more() async throws -> Bool {
    guard var next = try await inbound.next(isolation: #isolation) else { return false }
    received.writeBuffer(&next)
    return true
  }

  /// Everything until the server closes.
  mutating func readAll() async throws -> String {
    while try await more() {}
    return received.readString(length: received.readableBytes) ?? ""
  }

  /// The head of an HTTP answer.
  mutating func readHead() async throws -> String {
    while true {
      let text = String(decoding: received.readableBytesView, as: UTF8.self)
      if let end = text.firstRange(of: "\r\n\r\n") {
        let head = String(text[..<end.upperBound])
        received.moveReaderIndex(forwardBy: head.utf8.count)
        return head
      }
      guard try await more() else { throw Unexpected(what: "end after: \(text)") }
    }
  }

  mutating func readBytes(_ count: Int) async throws -> [UInt8] {
    while received.readableBytes < count {
      guard try await more() else { throw Unexpected(what: "end of stream") }
    }
    return received.readBytes(length: count) ?? []
  }

  /// One frame of a server, which must not be masked.
  mutating func readFrame() async throws -> (first: UInt8, payload: [UInt8]) {
    let head = try await readBytes(2)
    var length = Int(head[1])
    if length == 126 {
      length = try await readBytes(2).reduce(0) { $0 << 8 | Int($1) }
    } else if length == 127 {
      length = try await readBytes(8).reduce(0) { $0 << 8 | Int($1) }
    }
    guard head[1] & 0x80 == 0 else { throw Unexpected(what: "a masked frame from a server") }
    return (head[0], try await readBytes(length))
  }
}

/// A client's frame, byte by byte.
func frame(_ first: UInt8, _ payload: [UInt8], isMasked: Bool = true, length: Int? = nil) -> [UInt8] {
  let length = length ?? payload.count
  let mask: UInt8 = isMasked ? 0x80 : 0
  var bytes = [first]
  switch length {
  case ..<126: bytes.append(mask | UInt8(length))
  case ..<65536: bytes += [mask | 126, UInt8(length >> 8), UInt8(length & 0xff)]
  default: bytes += [mask | 127] + (0..<8).reversed().map { UInt8((length >> ($0 * 8)) & 0xff) }
  }
  guard isMasked else { return bytes + payload }
  let key: [UInt8] = [0x11, 0x22, 0x33, 0x44]
  return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
}
