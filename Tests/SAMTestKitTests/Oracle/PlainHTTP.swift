// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import SAMRPC

/// HTTP/1.1 to a program on this machine, one request a connection, blocking: as plain as it gets.
struct PlainHTTP {
  struct Answer {
    var status: Int
    var body: JSONValue?
  }

  var port: UInt16
  var headers: [(String, String)] = []

  /// - Returns: the answer; nil when the connection was closed before there was one.
  func send(_ method: String, _ path: String, _ body: JSONValue? = nil) throws -> Answer? {
    try send(method, path, body.map { ("application/json", $0.serialized()) })
  }

  /// The same with a body of another type.
  func send(_ method: String, _ path: String, _ body: (type: String, bytes: [UInt8])?) throws -> Answer? {
    var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if let body { head += "Content-Type: \(body.type)\r\nContent-Length: \(body.bytes.count)\r\n" }
    let socket = try connect()
    defer { close(socket) }
    var rest = Array((head + "\r\n").utf8) + (body?.bytes ?? [])
    while !rest.isEmpty {
      let sent = Glibc.send(socket, rest, rest.count, Int32(MSG_NOSIGNAL))
      guard sent > 0 else { throw POSIXError(.EPIPE) }
      rest.removeFirst(sent)
    }
    var received: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(socket, &chunk, chunk.count, 0)
      guard count > 0 else { break }
      received += chunk[..<count]
    }
    return received.isEmpty ? nil : try parse(received)
  }

  private func parse(_ bytes: [UInt8]) throws -> Answer {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { throw POSIXError(.EBADMSG) }
    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
    let words = head.split(separator: " ", maxSplits: 2)
    guard words.count > 1, let status = Int(words[1]) else { throw POSIXError(.EBADMSG) }
    return Answer(status: status, body: try? JSONValue(parsing: bytes[end.upperBound...]))
  }

  private func connect() throws -> Int32 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { throw POSIXError(.EMFILE) }
    var limit = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      close(socket)
      throw POSIXError(.ECONNREFUSED)
    }
    return socket
  }
}
