// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Testing

@testable import SAMWebSocket

/// Bytes that break a rule, and the code that says so.
struct Breach: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let code: UInt16
  let bytes: [UInt8]

  init(_ name: String, _ code: UInt16, _ bytes: [UInt8]) {
    self.testDescription = name
    self.code = code
    self.bytes = bytes
  }

  static let all = [
    Breach("unmasked frame", 1002, frame(0x81, [0x61], isMasked: false)),
    Breach("reserved bit", 1002, frame(0xC1, [0x61])),
    Breach("reserved data opcode", 1002, frame(0x83, [])),
    Breach("reserved control opcode", 1002, frame(0x8B, [])),
    Breach("fragmented ping", 1002, frame(0x09, [])),
    Breach("ping of 126 bytes", 1002, frame(0x89, [UInt8](repeating: 0, count: 126))),
    Breach("continuation without beginning", 1002, frame(0x80, [])),
    Breach("message inside a message", 1002, frame(0x01, []) + frame(0x81, [])),
    Breach("text that is not UTF-8", 1007, frame(0x81, [0xFF])),
    Breach("text cut inside a character", 1007, frame(0x01, [0xE2, 0x82]) + frame(0x80, [])),
    Breach("surrogate", 1007, frame(0x81, [0xED, 0xA0, 0x80])),
    Breach("close of one byte", 1002, frame(0x88, [3])),
    Breach("close with 1005", 1002, frame(0x88, [0x03, 0xED])),
    Breach("close with 999", 1002, frame(0x88, [0x03, 0xE7])),
    Breach("close reason that is not UTF-8", 1007, frame(0x88, [0x03, 0xE8, 0xFF])),
    Breach("frame above the limit", 1009, frame(0x82, [1, 2, 3], length: 1001)),
    Breach("huge frame", 1009, frame(0x82, [1, 2, 3], length: 1 << 40)),
    Breach(
      "fragments above the limit", 1009,
      frame(0x02, [UInt8](repeating: 0, count: 900)) + frame(0x00, [UInt8](repeating: 0, count: 101))),
  ]
}

extension SocketTests {
  @Suite
  struct ProtocolRuleTests {
    @Test("A broken rule ends the connection with the code that names it", arguments: Breach.all)
    func breach(_ breach: Breach) async throws {
      let closures = Notes<WebSocketClosure?>()
      let server = TestServer(.init(webSocket: .init(maxMessageSize: 1000))) { connection in
        for await _ in connection.messages {}
        closures.add(connection.closure)
      }
      try await server.run { port in
        try await RawSocket.webSocket(port) { socket in
          try await socket.send(breach.bytes)
          let close = try await socket.readFrame()
          #expect(close.first == 0x88)
          #expect(close.payload.prefix(2).reduce(0) { $0 << 8 | UInt16($1) } == breach.code)
          // The server closes its side too.
          let rest = try await socket.readAll()
          #expect(rest == "")
        }
        try await eventually { closures.all.count == 1 }
        #expect(closures.all.first??.code.rawValue == breach.code)
        #expect(closures.all.first??.byPeer == false)
      }
    }

    @Test("A sender of far too much still reads why it was cut off")
    func drainsBeforeClosing() async throws {
      try await TestServer.echo(.init(webSocket: .init(maxMessageSize: 1000))).run { port in
        // It reads only after it has sent everything; a reset would take the close frame away from it.
        try await RawSocket.webSocket(port, reads: false) { socket in
          try await socket.send(frame(0x82, [UInt8](repeating: 1, count: 4 << 20)))
          try await Task.sleep(for: .milliseconds(100))
          try await socket.channel.setOption(.autoRead, value: true).get()
          socket.channel.read()
          let close = try await socket.readFrame()
          #expect(close.first == 0x88)
          #expect(close.payload.prefix(2) == [0x03, 0xF1])
        }
      }
    }

    @Test(
      "A close frame is answered with its code, and the server closes the socket",
      arguments: [[], [0x03, 0xE8], [0x0F, 0xA1] + Array("bye".utf8)] as [[UInt8]])
    func closeIsEchoed(_ payload: [UInt8]) async throws {
      try await TestServer.echo().run { port in
        try await RawSocket.webSocket(port) { socket in
          try await socket.send(frame(0x88, payload))
          let close = try await socket.readFrame()
          #expect(close.first == 0x88)
          #expect(close.payload == Array(payload.prefix(2)))
          let rest = try await socket.readAll()
          #expect(rest == "")
        }
      }
    }

    @Test("A peer that floods with pings and never reads does not fill the memory")
    func pingFlood() async throws {
      let connections = Notes<WebSocketConnection>()
      let received = Notes<WebSocketMessage>()
      let server = TestServer { connection in
        connections.add(connection)
        for await message in connection.messages { received.add(message) }
      }
      try await server.run { port in
        try await RawSocket.webSocket(port, reads: false) { socket in
          let pings = Array(repeatElement(frame(0x89, [UInt8](repeating: 9, count: 125)), count: 1000).joined())
          // 8 MB of pings; the answers fill the kernel's buffers long before.
          for _ in 0..<60 { try await socket.send(pings) }
          try await eventually { connections.all.count == 1 }
          // Everything has been read when a last message arrives.
          try await socket.send(frame(0x81, [0x61]))
          try await eventually(.seconds(30)) { received.all.count == 1 }
          let channel = try #require(connections.all.first?.channel)
          let buffered = try await channel.getOption(.bufferedWritableBytes).get()
          #expect(buffered > 0 && buffered < 1 << 20)
        }
      }
    }
  }
}
