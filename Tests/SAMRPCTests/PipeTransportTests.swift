// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import SAMRPC

@Suite(.timeLimit(.minutes(3))) struct PipeTransportTests {
  private func pipe() -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    #expect(Glibc.pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  private func pair() throws -> (PipeTransport, PipeTransport) {
    let (there, back) = (pipe(), pipe())
    return (
      try PipeTransport(reading: back.read, writing: there.write, closesDescriptors: true),
      try PipeTransport(reading: there.read, writing: back.write, closesDescriptors: true)
    )
  }

  @Test func `big messages cross whole and in order, both ways at once`() async throws {
    let (a, b) = try pair()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (sender, receiver) in [(a, b), (b, a)] {
        group.addTask {
          for byte in 0..<20 { try await sender.write([UInt8](repeating: UInt8(byte), count: 100_000)) }
          sender.finishWriting()
        }
        group.addTask {
          var received: [UInt8] = []
          while let chunk = try await receiver.read() { received += chunk }
          #expect(received == (0..<20).flatMap { [UInt8](repeating: UInt8($0), count: 100_000) })
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func `a write suspends while the peer does not read, and closing ends it`() async throws {
    let (a, b) = try pair()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await a.write([UInt8](repeating: 1, count: 1 << 20)) }
      let first = try await b.read()
      #expect(first != nil)
      a.close()
      await #expect { try await group.waitForAll() } throws: { ($0 as? RPCFailure)?.code == .notSent }
    }
    var received = 0
    while let chunk = try await b.read() { received += chunk.count }
    #expect(received < 1 << 20)
  }

  @Test func `a peer that went away fails the write and leaves the process alive`() async throws {
    let (a, b) = try pair()
    b.close()
    #expect(try await a.read() == nil)
    await #expect {
      // The far end closes its descriptors in its own time.
      while true { try await a.write([1]) }
    } throws: { ($0 as? RPCFailure)?.errno == EPIPE }
    await #expect { try await a.write([1]) } throws: { ($0 as? RPCFailure)?.code == .notSent }
  }

  @Test func `descriptors stay in blocking mode, and open unless they are owned`() async throws {
    let (there, back) = (pipe(), pipe())
    let transport = try PipeTransport(reading: back.read, writing: there.write, closesDescriptors: false)
    try await transport.write([1, 2, 3])
    #expect(fcntl(there.write, F_GETFL) & O_NONBLOCK == 0 && fcntl(back.read, F_GETFL) & O_NONBLOCK == 0)
    transport.close()
    try await Task.sleep(for: .milliseconds(50))
    for descriptor in [there.read, there.write, back.read, back.write] {
      #expect(fcntl(descriptor, F_GETFD) >= 0)
      close(descriptor)
    }
  }

  @Test func `a cancelled read loses no bytes`() async throws {
    let (a, b) = try pair()
    for round in 0..<50 {
      await withThrowingTaskGroup(of: [UInt8]?.self) { group in
        group.addTask { try await b.read() }
        group.addTask {
          try await a.write([UInt8(round)])
          return nil
        }
        if round.isMultiple(of: 2) { await Task.yield() }
        group.cancelAll()
        var got: [UInt8] = []
        while let result = await group.nextResult() { if case .success(let bytes?) = result { got += bytes } }
        if got.isEmpty { got = ((try? await b.read()) ?? nil) ?? [] }
        #expect(got == [UInt8(round)])
      }
    }
  }

  @Test func `one socket serves both directions and closing wakes a waiting read`() async throws {
    var ends: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    let a = try PipeTransport(reading: ends[0], writing: ends[0], closesDescriptors: true)
    let b = try PipeTransport(reading: ends[1], writing: ends[1], closesDescriptors: true)
    try await a.write([7])
    #expect(try await b.read() == [7])
    async let waits = b.read()
    try await Task.sleep(for: .milliseconds(20))
    b.close()
    #expect(try await waits == nil)
    a.close()
  }

  @Test func `a connection runs over pipes`() async throws {
    let (a, b) = try pair()
    let echo = TestHandler(onRequest: { $0.params ?? nil })
    try await RPCConnection.withConnection(over: a, handler: NoRPCHandler()) { near in
      try await RPCConnection.withConnection(over: b, handler: echo) { _ in
        let big = JSONValue.string(String(repeating: "é", count: 500_000))
        let echoed = try await near.request("echo", big)
        #expect(echoed == big)
        for number in 0..<200 {
          let echoed = try await near.request("echo", .integer(Int64(number)))
          #expect(echoed == .integer(Int64(number)))
        }
      }
    }
  }
}
