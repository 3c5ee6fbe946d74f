// SPDX-License-Identifier: Apache-2.0

/// A transport whose bytes somebody sees as they pass; they pass unchanged.
public struct TappedTransport: RPCTransport {
  private let base: any RPCTransport
  private let onRead: @Sendable ([UInt8]?) -> Void
  private let onWrite: @Sendable ([UInt8]) -> Void

  /// Taps a transport. The closures must not block.
  ///
  /// - Parameters:
  ///   - base: The transport.
  ///   - onRead: Sees what was read before the reader gets it; nil is the end, which may be told more than once.
  ///   - onWrite: Sees what is written before it goes out.
  public init(
    _ base: any RPCTransport, onRead: @escaping @Sendable ([UInt8]?) -> Void,
    onWrite: @escaping @Sendable ([UInt8]) -> Void = { _ in }
  ) {
    self.base = base
    self.onRead = onRead
    self.onWrite = onWrite
  }

  /// Waits for bytes.
  public func read() async throws -> [UInt8]? {
    do {
      let bytes = try await base.read()
      onRead(bytes)
      return bytes
    } catch {
      onRead(nil)
      throw error
    }
  }

  /// Writes all the bytes.
  public func write(_ bytes: [UInt8]) async throws {
    onWrite(bytes)
    try await base.write(bytes)
  }

  /// Lets the peer read the end of the stream.
  public func finishWriting() { base.finishWriting() }

  /// Ends both directions at once.
  public func close() {
    onRead(nil)
    base.close()
  }
}
