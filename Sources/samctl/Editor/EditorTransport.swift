// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC

/// An editor's stream that tells when the editor has closed it: its requests cannot know, for they are cancelled for
/// other reasons too.
struct EditorTransport: RPCTransport {
  let base: any RPCTransport
  /// Called when there is nothing more to read.
  let onEnd: @Sendable () -> Void

  func read() async throws -> [UInt8]? {
    do {
      if let bytes = try await base.read() { return bytes }
      onEnd()
      return nil
    } catch {
      onEnd()
      throw error
    }
  }

  func write(_ bytes: [UInt8]) async throws { try await base.write(bytes) }
  func finishWriting() { base.finishWriting() }

  func close() {
    onEnd()
    base.close()
  }
}
