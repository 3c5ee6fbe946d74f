// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import Testing

@testable import SAMClient

@Suite struct EndpointTests {
  @Test(arguments: [
    ("http://127.0.0.1:7777", "http://127.0.0.1:7777", "ws://127.0.0.1:7777"),
    (" http://LocalHost:80/ \n", "http://localhost:80", "ws://localhost:80"),
    ("https://sam.example.org/base//", "https://sam.example.org/base", "wss://sam.example.org/base"),
    ("http://[::1]:7777/", "http://[::1]:7777", "ws://[::1]:7777"),
  ])
  func anEndpointHasOneSpelling(_ text: String, _ url: String, _ webSocket: String) throws {
    let endpoint = try Endpoint(text)
    #expect(endpoint.description == url)
    #expect(endpoint.webSocket == webSocket)
    #expect(try Endpoint(endpoint.description) == endpoint)
  }

  @Test(arguments: [
    "", "127.0.0.1:7777", "ftp://host", "http://", "http://user:pass@host", "http://host?x=1", "http://host:0",
    "http://host:99999", "http://host/#x",
  ])
  func anythingElseIsRefusedWithAnExample(_ text: String) throws {
    let error = try #require(throws: SAMClientError.self) { try Endpoint(text) }
    #expect(error.code == .invalidEndpoint)
    #expect(error.message.contains("http://127.0.0.1:7777"))
  }

  @Test(arguments: [
    ("http://localhost:1", true), ("http://127.9.9.9", true), ("http://[::1]", true), ("http://10.0.0.1", false),
    ("http://localhost.example.org", false),
  ])
  func whatStaysOnThisMachineIsKnown(_ text: String, _ isLoopback: Bool) throws {
    #expect(try Endpoint(text).isLoopback == isLoopback)
  }

  @Test(arguments: ["", "with space", "line\nbreak", "\u{7F}"])
  func whatCannotBeATokenIsRefusedBeforeItIsSent(_ token: String) async throws {
    let error = try #require(throws: SAMClientError.self) {
      try SAMClient(endpoint: "http://127.0.0.1:1", token: token)
    }
    #expect(error.code == .invalidToken)
  }

  @Test func waitsDoubleUpToTheLimitAndAreShortenedByHalfAtMost() {
    let backoff = Backoff(first: .milliseconds(100), limit: .seconds(1))
    let bounds = (1...6).map { backoff.bound(before: $0) }
    #expect(bounds == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
    #expect(backoff.bound(before: .max) == .seconds(1))
    for _ in 0..<100 {
      let wait = backoff.wait(before: 3)
      #expect(wait >= .milliseconds(200) && wait <= .milliseconds(400))
    }
  }

  @Test func aKeyIsVisibleASCIIOfAtMost128() {
    #expect(Set((0..<100).map { _ in IdempotencyKey().description }).count == 100)
    #expect(IdempotencyKey("a-b") != nil)
    for text in ["", "a b", "ü", String(repeating: "x", count: 129)] { #expect(IdempotencyKey(text) == nil) }
  }
}
