// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix

/// Bytes over TCP, for what HTTP clients would not send.
enum RawHTTP {
  /// Sends bytes and returns what comes until the server closes.
  static func exchange(port: Int, _ text: String) async throws -> String {
    try await hold(port: port, text) {}
  }

  /// Sends bytes, does something, and returns what comes until the server closes.
  static func hold(port: Int, _ text: String, _ then: @Sendable () async -> Void) async throws -> String {
    let channel = try await connect(port)
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: text))
      await then()
      var answer = ByteBuffer()
      for try await part in inbound { answer.writeImmutableBuffer(part) }
      return String(buffer: answer)
    }
  }

  private static func connect(_ port: Int) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
      }
  }
}
