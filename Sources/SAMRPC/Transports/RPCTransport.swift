// SPDX-License-Identifier: Apache-2.0

/// A byte stream in both directions.
///
/// One task reads at a time. Writes of several tasks go out one after the other, each whole, in the order of the calls.
public protocol RPCTransport: Sendable {
  /// Waits for bytes.
  ///
  /// - Returns: At least one byte, or nil when the peer has finished writing or the transport was closed.
  /// - Throws: `CancellationError`; ``RPCFailure`` when the stream broke.
  func read() async throws -> [UInt8]?

  /// Writes all the bytes and suspends until they have left this end, which is how a slow peer slows its sender.
  ///
  /// Cancelling the task does not interrupt the write, for half a message would break the stream: ``close()`` does.
  ///
  /// - Throws: ``RPCFailure`` with code `notSent` when not all bytes were written.
  func write(_ bytes: [UInt8]) async throws

  /// Lets the peer read the end of the stream; reading goes on. Writes that are waiting go out first.
  func finishWriting()

  /// Ends both directions at once: waiting writes fail, waiting reads return nil. Doing it twice is no error.
  func close()
}
