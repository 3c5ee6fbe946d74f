// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing

@testable import SAMRPC

/// A handler made of closures.
struct TestHandler: RPCHandler {
  var onNotification: @Sendable (RPCNotification) async throws -> Void = { throw RPCError.methodNotFound($0.method) }
  var onRequest: @Sendable (RPCRequest) async throws -> JSONValue = { throw RPCError.methodNotFound($0.method) }
  func notification(_ notification: RPCNotification) async throws { try await onNotification(notification) }
  func request(_ request: RPCRequest) async throws -> JSONValue { try await onRequest(request) }
}

/// What happened, in order.
final class Log: Sendable {
  private let entries = Mutex<[String]>([])
  func add(_ entry: String) { entries.withLock { $0.append(entry) } }
  var all: [String] { entries.withLock { $0 } }
}

@Suite(.timeLimit(.minutes(3))) struct RPCConnectionTests {
  /// Runs a connection against a peer that is played by hand.
  private func withPeer(
    _ handler: TestHandler = TestHandler(), configuration: RPCConnection.Configuration = .init(),
    capacity: Int = 64 << 10,
    _ body: (RPCConnection, RawPeer) async throws -> Void
  ) async throws {
    let (mine, theirs) = MemoryTransport.pair(capacity: capacity)
    try await RPCConnection.withConnection(over: mine, configuration: configuration, handler: handler) { connection in
      try await body(connection, RawPeer(theirs))
    }
  }

  private func reporting(_ log: Log) -> RPCConnection.Configuration {
    var configuration = RPCConnection.Configuration()
    configuration.onDiagnostic = { log.add($0.kind.rawValue) }
    return configuration
  }

  @Test func `a request gets its own answer, however the answers are ordered`() async throws {
    try await withPeer { connection, peer in
      async let first = connection.request("first")
      let one = try #require(try await peer.next())
      async let second = connection.request("second", ["p": 1])
      let two = try #require(try await peer.next())
      #expect(two["params"] == ["p": 1] && one["params"] == nil && one["jsonrpc"] == "2.0")
      try await peer.send(#"{"jsonrpc":"2.0","id":\#(two["id"] ?? nil),"result":"two"}"#)
      try await peer.send(#"{"jsonrpc":"2.0","id":\#(one["id"] ?? nil),"error":{"code":-32002,"message":"no"}}"#)
      #expect(try await second == "two")
      do { _ = try await first } catch { #expect(error as? RPCError == RPCError(.resourceNotFound, "no")) }
    }
  }

  @Test func `requests of the peer are handled concurrently and start in order`() async throws {
    let log = Log()
    let gate = OneShot<Void>()
    let handler = TestHandler(onRequest: { request in
      log.add(request.method)
      if request.method == "slow" { try await gate.value() } else if request.method == "open" { gate.set(.success(())) }
      return .string(request.method)
    })
    try await withPeer(handler) { _, peer in
      let methods = ["slow", "a", "b", "c", "d", "open"]
      for (id, method) in methods.enumerated() {
        try await peer.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)"}"#)
      }
      var answered: Set<String> = []
      for _ in methods { answered.insert(try #require(try await peer.next())["result"]?.stringValue ?? "") }
      #expect(answered == Set(methods) && log.all == methods)
    }
  }

  @Test func `an answer is delivered after every earlier notification was handled`() async throws {
    let log = Log()
    let handler = TestHandler(onNotification: { notification in
      for _ in 0..<20 { await Task.yield() }
      log.add(notification.params?.description ?? "")
    })
    try await withPeer(handler) { connection, peer in
      async let answer = connection.request("load")
      _ = try await peer.next()
      for number in 0..<50 { try await peer.send(#"{"jsonrpc":"2.0","method":"update","params":[\#(number)]}"#) }
      try await peer.send(#"{"jsonrpc":"2.0","id":1,"result":null}"#)
      _ = try await answer
      #expect(log.all == (0..<50).map { "[\($0)]" })
    }
  }

  @Test func `a request handler may ask back while notifications flow`() async throws {
    let connectionBox = OneShot<RPCConnection>()
    let handler = TestHandler(
      onNotification: { _ in await Task.yield() },
      onRequest: { _ in try await connectionBox.value().request("back") })
    try await withPeer(handler) { connection, peer in
      connectionBox.set(.success(connection))
      try await peer.send(#"{"jsonrpc":"2.0","id":0,"method":"go"}"#)
      let back = try #require(try await peer.next())
      for _ in 0..<1000 { try await peer.send(#"{"jsonrpc":"2.0","method":"update"}"#) }
      try await peer.send(#"{"jsonrpc":"2.0","id":\#(back["id"] ?? nil),"result":"deep"}"#)
      #expect(try await peer.next()?["result"] == "deep")
    }
  }

  @Test func `a notification handler that asks on its own connection is refused, and may notify`() async throws {
    let log = Log()
    let connectionBox = OneShot<RPCConnection>()
    let handler = TestHandler(onNotification: { _ in
      let connection = try await connectionBox.value()
      do { _ = try await connection.request("x") } catch let failure as RPCFailure { log.add(failure.code.rawValue) }
      try await connection.notify("ok")
    })
    try await withPeer(handler) { connection, peer in
      connectionBox.set(.success(connection))
      try await peer.send(#"{"jsonrpc":"2.0","method":"update"}"#)
      #expect(try await peer.next()?["method"] == "ok")
      #expect(log.all == ["would_deadlock"])
    }
  }

  @Test func `nothing that a line holds ends the connection`() async throws {
    let log = Log()
    var configuration = reporting(log)
    configuration.limits.lineLength = 1000
    let handler = TestHandler(onRequest: { _ in "fine" })
    try await withPeer(handler, configuration: configuration) { _, peer in
      try await peer.send("Warning: something was printed to stdout")
      try await peer.sendRaw([0xFF, 0xFE, 0x0A])
      try await peer.send(String(repeating: "[", count: 900))
      try await peer.send(String(repeating: "x", count: 2000))
      try await peer.send("[1,2,3]")
      try await peer.send(#"{"jsonrpc":"2.0","id":99,"result":1}"#)
      try await peer.send(#"{"jsonrpc":"2.0","method":"unknown"}"#)
      try await peer.send(#"{"jsonrpc":"2.0","id":5,"method":"m"}"#)
      #expect(try await peer.next() == ["jsonrpc": "2.0", "id": 5, "result": "fine"])
      #expect(
        log.all == [
          "garbage", "garbage", "garbage", "oversized_line", "invalid_message", "unexpected_response",
          "unhandled_notification",
        ])
    }
  }

  @Test func `an unknown request is answered as such, and other errors as internal ones`() async throws {
    let log = Log()
    let handler = TestHandler(onRequest: { request in
      struct Odd: Error {}
      switch request.method {
      case "odd": throw Odd()
      case "cancelled": throw CancellationError()
      case "own": throw RPCError(.authenticationRequired, "log in")
      default: throw RPCError.methodNotFound(request.method)
      }
    })
    try await withPeer(handler, configuration: reporting(log)) { _, peer in
      for (method, code) in [("x", -32601), ("odd", -32603), ("cancelled", -32800), ("own", -32000)] {
        try await peer.send(#"{"jsonrpc":"2.0","id":"\#(method)","method":"\#(method)"}"#)
        let answer = try await peer.next()
        #expect(answer?["error"]?["code"]?.intValue == code && answer?["id"] == .string(method))
      }
      #expect(log.all == ["handler_failed"])
    }
  }

  @Test func `a duplicate id is refused while the first request goes on`() async throws {
    let log = Log()
    let gate = OneShot<Void>()
    let handler = TestHandler(onRequest: { _ in
      try await gate.value()
      return "first"
    })
    try await withPeer(handler, configuration: reporting(log)) { _, peer in
      try await peer.send(#"{"jsonrpc":"2.0","id":5,"method":"m"}"#)
      try await peer.send(#"{"jsonrpc":"2.0","id":5,"method":"m"}"#)
      #expect(try await peer.next()?["error"]?["code"] == -32600)
      gate.set(.success(()))
      #expect(try await peer.next()?["result"] == "first")
      #expect(log.all == ["duplicate_request"])
    }
  }

  @Test func `the end fails everything that waits, cancels handlers, and reports a half line`() async throws {
    let log = Log()
    let (mine, theirs) = MemoryTransport.pair()
    let peer = RawPeer(theirs)
    let connection = RPCConnection(over: mine, configuration: reporting(log))
    let handler = TestHandler(onRequest: { _ in
      do { try await Task.sleep(for: .seconds(3600)) } catch { log.add("cancelled") }
      return "late but true"
    })
    async let reason = connection.run(handler: handler)
    try await peer.send(#"{"jsonrpc":"2.0","id":1,"method":"m"}"#)
    async let waits = connection.request("w")
    _ = try await peer.next()
    try await peer.sendRaw(Array(#"{"jsonrpc":"#.utf8))
    await peer.finish()
    do {
      _ = try await waits
      Issue.record("a request was answered by nobody")
    } catch { #expect(error as? RPCFailure == .connectionClosed("the peer closed it")) }
    #expect(try await peer.next()?["result"] == "late but true")
    #expect(await reason == "the peer closed it")
    #expect(log.all == ["unfinished_line", "cancelled"])
    await #expect { try await connection.request("after") } throws: { ($0 as? RPCFailure)?.code == .notSent }
    await #expect { try await connection.notify("after") } throws: { ($0 as? RPCFailure)?.code == .notSent }
    #expect(try await peer.next() == nil, "the connection closes its transport")
  }

  @Test func `cancelling the awaiting task tells the peer and returns at once`() async throws {
    let log = Log()
    try await withPeer(configuration: reporting(log)) { connection, peer in
      try await withThrowingTaskGroup(of: Void.self) { group in
        let sent = OneShot<Void>()
        group.addTask { _ = try await connection.request("long", onSent: { sent.set(.success(())) }) }
        try await sent.value()
        group.cancelAll()
        await #expect(throws: CancellationError.self) { try await group.waitForAll() }
      }
      #expect(try await peer.next()?["method"] == "long")
      #expect(try await peer.next() == ["jsonrpc": "2.0", "method": "$/cancel_request", "params": ["requestId": 1]])
      try await peer.send(#"{"jsonrpc":"2.0","id":1,"result":null}"#)
      try await peer.send(#"{"jsonrpc":"2.0","id":1,"method":"sync"}"#)
      _ = try await peer.next()
      #expect(log.all == [], "a late answer is no oddity")
    }
  }

  @Test func `a cancellation by the peer reaches the handler while it runs`() async throws {
    let log = Log()
    let handler = TestHandler(
      onNotification: { _ in try await Task.sleep(for: .seconds(3600)) },
      onRequest: { _ in
        log.add("started")
        try await Task.sleep(for: .seconds(3600))
        return nil
      })
    try await withPeer(handler) { _, peer in
      try await peer.send(#"{"jsonrpc":"2.0","id":"p","method":"prompt"}"#)
      try await peer.send(#"{"jsonrpc":"2.0","method":"blocks"}"#)
      try await peer.send(#"{"jsonrpc":"2.0","method":"$/cancel_request","params":{"requestId":"p"}}"#)
      let answer = try await peer.next()
      #expect(answer?["error"]?["code"] == -32800 && answer?["id"] == "p")
      #expect(log.all == ["started"])
    }
  }

  @Test func `onSent comes after the bytes went out and before the answer, and never when they did not`() async throws {
    let log = Log()
    try await withPeer(capacity: 1) { connection, peer in
      // The one byte that fits is taken: this request's bytes cannot go out until the peer reads.
      try await connection.notify("fills")
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          _ = try await connection.request("r", onSent: { log.add("sent") })
          log.add("answered")
        }
        for _ in 0..<1000 { await Task.yield() }
        #expect(log.all == [])
        _ = try await peer.next()
        #expect(try await peer.next()?["method"] == "r")
        try await peer.send(#"{"jsonrpc":"2.0","id":1,"result":null}"#)
        try await group.waitForAll()
        #expect(log.all == ["sent", "answered"])
        try await connection.notify("fills again")
        group.addTask { _ = try await connection.request("never", onSent: { log.add("sent") }) }
        for _ in 0..<1000 { await Task.yield() }
        connection.close(reason: "stop")
        await #expect(throws: RPCFailure.self) { try await group.waitForAll() }
        #expect(log.all == ["sent", "answered"])
      }
    }
  }

  @Test func `a slow notification handler slows the peer, in bounded memory`() async throws {
    let gate = OneShot<Void>()
    let (handled, written) = (Log(), Log())
    var configuration = RPCConnection.Configuration()
    configuration.limits.queuedMessages = 10
    let handler = TestHandler(onNotification: { _ in
      try await gate.uncancelledValue()
      handled.add("")
    })
    try await withPeer(handler, configuration: configuration, capacity: 1000) { connection, peer in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for _ in 0..<500 {
            try await peer.send(#"{"jsonrpc":"2.0","method":"update","params":"0123456789"}"#)
            written.add("")
          }
        }
        for _ in 0..<20_000 { await Task.yield() }
        let stalled = written.all.count
        #expect(stalled > 10 && stalled < 100, "\(stalled)")
        gate.set(.success(()))
        try await group.waitForAll()
      }
      async let answer = connection.request("sync")
      _ = try await peer.next()
      try await peer.send(#"{"jsonrpc":"2.0","id":1,"result":null}"#)
      _ = try await answer
      #expect(handled.all.count == 500)
    }
  }

  @Test func `cancelling the run closes the connection`() async throws {
    let (mine, theirs) = MemoryTransport.pair()
    let connection = RPCConnection(over: mine)
    await withTaskGroup(of: String.self) { group in
      group.addTask { await connection.run(handler: TestHandler()) }
      group.addTask {
        do { _ = try await connection.request("w") } catch { return "\(error)" }
        return "answered"
      }
      _ = try? await RawPeer(theirs).next()
      group.cancelAll()
      var ends: [String] = []
      for await end in group { ends.append(end) }
      #expect(ends.count == 2 && !ends.contains("answered"))
    }
    #expect(try await theirs.read() == nil)
  }

  @Test func `finishing to send lets the peer end politely and still hears its last words`() async throws {
    let log = Log()
    try await withPeer(TestHandler(onNotification: { log.add($0.method) })) { connection, peer in
      async let answer = connection.request("r")
      _ = try await peer.next()
      connection.finishSending()
      #expect(try await peer.next() == nil)
      try await peer.send(#"{"jsonrpc":"2.0","method":"bye"}"#)
      try await peer.send(#"{"jsonrpc":"2.0","id":1,"result":"done"}"#)
      #expect(try await answer == "done")
      #expect(log.all == ["bye"])
    }
  }

  @Test func `the wire mirror sees every line of both directions`() async throws {
    let log = Log()
    var configuration = RPCConnection.Configuration()
    configuration.dialect = .withoutVersion
    configuration.onWire = { direction, line in
      log.add("\(direction.rawValue) \(String(decoding: line, as: UTF8.self))")
    }
    try await withPeer(configuration: configuration) { connection, peer in
      async let answer = connection.request("r")
      _ = try await peer.next()
      try await peer.send("oops")
      try await peer.send(#"{"id":1,"result":2}"#)
      #expect(try await answer == 2)
    }
    #expect(log.all == [#"outgoing {"id":1,"method":"r"}"#, "incoming oops", #"incoming {"id":1,"result":2}"#])
  }

  @Test func `two connections survive a storm of calls in both directions`() async throws {
    let (mine, theirs) = MemoryTransport.pair(capacity: 4096)
    let echo = TestHandler(onNotification: { _ in }, onRequest: { $0.params ?? nil })
    let far = RPCConnection(over: theirs)
    try await RPCConnection.withConnection(over: mine, handler: echo) { near in
      try await far.running(handler: echo) {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for caller in 0..<20 {
            group.addTask {
              let connection = caller.isMultiple(of: 2) ? near : far
              for number in 0..<100 {
                let value: JSONValue = [.integer(Int64(caller)), .integer(Int64(number))]
                try await connection.notify("n", value)
                #expect(try await connection.request("r", value) == value)
              }
            }
          }
          try await group.waitForAll()
        }
      }
    }
  }
}
