// SPDX-License-Identifier: Apache-2.0
import SAMWebSocket
import Testing

extension SocketTests {
  @Suite
  struct EchoTests {
    @Test("What is sent comes back unchanged, at every length encoding")
    func echo() async throws {
      try await TestServer.echo().run { port in
        try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/echo") { connection in
          var reader = connection.messages.makeAsyncIterator()
          for text in ["", "x", "héllo 🌍", String(repeating: "ä", count: 40_000)] {
            try await connection.send(text: text)
            #expect(await reader.next() == .text(text))
          }
          for count in [0, 1, 125, 126, 65_535, 65_536, 1 << 20] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try await connection.send(binary: bytes)
            #expect(await reader.next() == .binary(bytes))
          }
        }
      }
    }

    @Test("Fragments become one message, with a ping answered in between")
    func fragments() async throws {
      try await TestServer.echo().run { port in
        try await RawSocket.webSocket(port) { socket in
          // The euro sign is split over two fragments: only the whole message has to be UTF-8.
          try await socket.send(frame(0x01, [0x61, 0xE2]))
          try await socket.send(frame(0x00, [0x82]) + frame(0x89, Array("mid".utf8)) + frame(0x00, []))
          try await socket.send(frame(0x80, [0xAC]))
          let pong = try await socket.readFrame()
          #expect(pong.first == 0x8A && pong.payload == Array("mid".utf8))
          let text = try await socket.readFrame()
          #expect(text.first == 0x81 && String(decoding: text.payload, as: UTF8.self) == "a€")
        }
      }
    }

    @Test("A message of exactly the limit passes, one byte more ends the connection with 1009")
    func limit() async throws {
      try await TestServer.echo().run { port in
        let largest = [UInt8](repeating: 7, count: 4 << 20)
        try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { connection in
          try await connection.send(binary: largest)
          #expect(await connection.receive() == .binary(largest))
          try await connection.send(binary: largest + [7])
          #expect(await connection.receive() == nil)
          #expect(connection.closure?.code == .messageTooBig)
          #expect(connection.closure?.byPeer == true)
        }
      }
    }

    @Test("A frame in the same packet as the client's handshake is not lost")
    func earlyFrames() async throws {
      try await TestServer.echo().run { port in
        try await RawSocket.webSocket(port, more: frame(0x81, Array("early".utf8))) { socket in
          let answer = try await socket.readFrame()
          #expect(answer.payload == Array("early".utf8))
        }
      }
    }

    @Test("Leaving a loop over the messages loses none")
    func leavingLoop() async throws {
      try await TestServer.echo().run { port in
        try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { connection in
          for number in 0..<10 { try await connection.send(text: "\(number)") }
          var seen: [WebSocketMessage] = []
          for await message in connection.messages {
            seen.append(message)
            break
          }
          for await message in connection.messages {
            seen.append(message)
            if seen.count == 10 { break }
          }
          #expect(seen == (0..<10).map { .text("\($0)") })
        }
      }
    }

    @Test("A hundred clients talk at the same time")
    func hundred() async throws {
      try await TestServer.echo().run { port in
        try await withThrowingTaskGroup(of: Int.self) { group in
          for client in 0..<100 {
            group.addTask {
              try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { connection in
                var answered = 0
                for number in 0..<20 {
                  try await connection.send(text: "\(client)/\(number)")
                  if await connection.receive() == .text("\(client)/\(number)") { answered += 1 }
                }
                return answered
              }
            }
          }
          var total = 0
          for try await answered in group { total += answered }
          #expect(total == 2000)
        }
      }
    }
  }
}
