// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Synchronization
import Testing

@testable import SAMWebSocket

extension SocketTests {
  @Suite
  struct LifecycleTests {
    struct Broken: Error {}

    @Test("Each side learns the other's close code and reason")
    func closeCodes() async throws {
      let closures = Notes<WebSocketClosure?>()
      let server = TestServer { connection in
        let first = await connection.receive()
        if first == .text("close me") {
          await connection.close(code: .init(rawValue: 4001), reason: "as asked")
        }
        for await _ in connection.messages {}
        closures.add(connection.closure)
      }
      try await server.run { port in
        try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { connection in
          try await connection.send(text: "close me")
          #expect(await connection.receive() == nil)
          #expect(
            connection.closure == WebSocketClosure(code: .init(rawValue: 4001), reason: "as asked", byPeer: true))
          await #expect(throws: WebSocketError.self) { try await connection.send(text: "too late") }
        }
        try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { connection in
          await connection.close(code: .init(rawValue: 4002), reason: "leaving")
          #expect(connection.closure?.byPeer == false)
        }
        try await eventually { closures.all.count == 2 }
        #expect(closures.all.contains(.init(code: .init(rawValue: 4001), reason: "as asked", byPeer: false)))
        #expect(closures.all.contains(.init(code: .init(rawValue: 4002), reason: "leaving", byPeer: true)))
      }
    }

    @Test("How the handler ends is how the connection ends", arguments: [false, true])
    func handlerEnd(throwing: Bool) async throws {
      let server = TestServer { _ in if throwing { throw Broken() } }
      try await server.run { port in
        try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { connection in
          #expect(await connection.receive() == nil)
          #expect(connection.closure?.code == (throwing ? .internalError : .normal))
        }
      }
    }

    @Test("How the client's body ends is how the connection ends")
    func clientEnd() async throws {
      let closures = Notes<WebSocketClosure?>()
      let server = TestServer { connection in
        for await _ in connection.messages {}
        closures.add(connection.closure)
      }
      try await server.run { port in
        let url = "ws://127.0.0.1:\(port)/"
        try await WebSocketClient.withConnection(url: url) { _ in }
        try await eventually { closures.all.count == 1 }
        #expect(closures.all.last??.code == .normal)
        await #expect(throws: Broken.self) {
          try await WebSocketClient.withConnection(url: url) { _ in throw Broken() }
        }
        try await eventually { closures.all.count == 2 }
        #expect(closures.all.last??.code == .internalError)
        await #expect(throws: TimedOut.self) {
          try await within(.milliseconds(200)) {
            try await WebSocketClient.withConnection(url: url) { connection in
              for await _ in connection.messages {}
            }
          }
        }
        try await eventually { closures.all.count == 3 }
        #expect(closures.all.last??.code == .goingAway)
      }
    }

    @Test("When the peer vanishes, reading ends and sending throws")
    func vanishedPeer() async throws {
      let ends = Notes<String>()
      let server = TestServer { connection in
        for await _ in connection.messages {}
        ends.add("\(connection.closure?.code.rawValue ?? 0)")
        do { try await connection.send(text: "anybody?") } catch let error as WebSocketError {
          ends.add(error.code.rawValue)
        }
      }
      try await server.run { port in
        try await RawSocket.webSocket(port) { socket in try await socket.send(frame(0x81, [0x61])) }
        try await eventually { ends.all.count == 2 }
        #expect(ends.all == ["1006", "closed"])
      }
    }

    @Test("A silent peer is given up after the pong timeout; an answering one stays")
    func pongTimeout() async throws {
      let keepAlive = WebSocketConfiguration(pingInterval: .milliseconds(100), pongTimeout: .milliseconds(200))
      let closures = Notes<WebSocketClosure?>()
      let server = TestServer(.init(webSocket: keepAlive)) { connection in
        for await message in connection.messages { try await connection.send(message) }
        closures.add(connection.closure)
      }
      try await server.run { port in
        try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { connection in
          try await RawSocket.webSocket(port) { socket in
            let answer = try await socket.readFrame()
            #expect(answer.first == 0x89)
            let start = ContinuousClock.now
            let rest = try await socket.readAll()
            #expect(rest == "")
            #expect(ContinuousClock.now - start < .seconds(3))
          }
          try await eventually { closures.all.count == 1 }
          #expect(closures.all.first??.code == .abnormal)
          #expect(closures.all.first??.reason.contains("pong") == true)
          try await Task.sleep(for: .milliseconds(700))
          try await connection.send(text: "still here")
          #expect(await connection.receive() == .text("still here"))
        }
      }
    }

    @Test("A handler that is slow to read does not lose its peer to the pong timeout")
    func slowHandler() async throws {
      let webSocket = WebSocketConfiguration(
        receiveBufferLimit: 1000, pingInterval: .milliseconds(50), pongTimeout: .milliseconds(100))
      let counts = Notes<Int>()
      let server = TestServer(.init(webSocket: webSocket)) { connection in
        try await Task.sleep(for: .milliseconds(800))
        var count = 0
        for await _ in connection.messages { count += 1 }
        counts.add(count)
      }
      try await server.run { port in
        try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { connection in
          for _ in 0..<300 { try await connection.send(binary: [UInt8](repeating: 1, count: 10_000)) }
        }
        try await eventually { counts.all == [300] }
      }
    }

    @Test("A peer that does not read suspends the sender, and memory stays bounded")
    func backPressure() async throws {
      let connections = Notes<WebSocketConnection>()
      let sent = Mutex(0)
      let server = TestServer { connection in
        connections.add(connection)
        let message = [UInt8](repeating: 42, count: 64 << 10)
        for _ in 0..<2000 {
          try await connection.send(binary: message)
          sent.withLock { $0 += 1 }
        }
      }
      try await server.run { port in
        try await RawSocket.webSocket(port, reads: false) { socket in
          // The sender stops once the kernel's buffers and the budget are full.
          var before = -1
          while true {
            let now = sent.withLock { $0 }
            if now == before, now > 0 { break }
            before = now
            try await Task.sleep(for: .milliseconds(400))
          }
          #expect(before < 500, "\(before) messages of 64 KiB were taken although nobody reads")
          let pending = connections.all.first?.state.budget.pendingBytes ?? 0
          #expect(pending > 0 && pending <= (256 + 64) << 10)
          // Reading again lets the sender finish.
          try await socket.channel.setOption(.autoRead, value: true).get()
          socket.channel.read()
          for _ in 0..<2000 {
            let answer = try await socket.readFrame()
            #expect(answer.payload.count == 64 << 10)
          }
        }
      }
      #expect(sent.withLock { $0 } == 2000)
    }

    @Test("A handler that does not read suspends its peer, and loses nothing")
    func receiveBackPressure() async throws {
      let connections = Notes<WebSocketConnection>()
      let counts = Notes<Int>()
      let release = Mutex(false)
      let server = TestServer { connection in
        connections.add(connection)
        while !(release.withLock { $0 }) { try await Task.sleep(for: .milliseconds(10)) }
        var count = 0
        for await _ in connection.messages { count += 1 }
        counts.add(count)
      }
      try await server.run { port in
        try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { connection in
          let sent = Mutex(0)
          let message = [UInt8](repeating: 1, count: 64 << 10)
          await #expect(throws: TimedOut.self) {
            try await within(.seconds(2)) {
              while true {
                try await connection.send(binary: message)
                sent.withLock { $0 += 1 }
              }
            }
          }
          let pending = try #require(connections.all.first).state.inbox.pendingBytes
          #expect(pending >= 256 << 10 && pending < 1 << 20)
          release.withLock { $0 = true }
          let total = sent.withLock { $0 }
          await connection.close()
          try await eventually { counts.all == [total] }
        }
      }
    }

    @Test("A suspended sender can be cancelled, and its message is not sent")
    func cancelledSend() async throws {
      let outcome = Notes<String>()
      let server = TestServer(.init(webSocket: .init(closeTimeout: .milliseconds(200)))) { connection in
        do {
          try await within(.milliseconds(500)) {
            while true { try await connection.send(binary: [UInt8](repeating: 1, count: 64 << 10)) }
          }
        } catch { outcome.add("\(type(of: error))") }
      }
      try await server.run { port in
        try await RawSocket.webSocket(port, reads: false) { _ in
          try await eventually { outcome.all == ["TimedOut"] }
        }
      }
    }

    @Test("Reading and writing run side by side, and the end of one ends the other")
    func bothSides() async throws {
      let ends = Notes<String>()
      let server = TestServer { connection in
        let received = Notes<WebSocketMessage>()
        try await connection.run {
          received.add($0)
        } sending: { connection in
          try await connection.send(text: "tick")
          // Would never end by itself.
          try await Task.sleep(for: .seconds(600))
        }
        ends.add("\(received.all.count) received, \(connection.closure?.code.rawValue ?? 0)")
      }
      try await server.run { port in
        try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { connection in
          try await connection.run { message in
            #expect(message == .text("tick"))
          } sending: { connection in
            for _ in 0..<3 { try await connection.send(text: "x") }
            try await Task.sleep(for: .milliseconds(100))
          }
          #expect(connection.closure == nil)
        }
        try await eventually { ends.all == ["3 received, 1000"] }
      }
    }

    @Test("A graceful shutdown tells every peer 1001 and does not wait for silent sockets")
    func shutdown() async throws {
      let closures = Notes<WebSocketClosure?>()
      let ready = Notes<Void>()
      let server = TestServer { connection in
        ready.add(())
        for await _ in connection.messages {}
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        group.addTask {
          let duration = try await server.run { port in
            for _ in 0..<8 { continuation.yield(port) }
            try await eventually { ready.all.count == 6 }
            try await Task.sleep(for: .milliseconds(200))
          }
          #expect(duration < .seconds(6))
        }
        var iterator = ports.makeAsyncIterator()
        for index in 0..<8 {
          guard let port = await iterator.next() else { return }
          group.addTask {
            switch index {
            case 0..<3:
              try await WebSocketClient.withConnection(url: "ws://127.0.0.1:\(port)/") { connection in
                for await _ in connection.messages {}
                closures.add(connection.closure)
              }
            case 3..<6:
              // Neither answers the close frame nor reads it.
              try await RawSocket.webSocket(port, reads: false) { _ in try await Task.sleep(for: .seconds(7)) }
            default:
              // Connected, but never asks for anything.
              try await RawSocket.connect(port) { _ in try await Task.sleep(for: .seconds(7)) }
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(closures.all.map { $0?.code } == [.goingAway, .goingAway, .goingAway])
    }
  }
}
