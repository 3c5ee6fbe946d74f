// SPDX-License-Identifier: Apache-2.0
public import SAMRPC
internal import Synchronization

/// Writes down what a client and an agent say to each other, as a ``Recording``, without the secrets.
///
/// Secrets are looked for in whole lines, so it does not matter in which pieces a line came; and in the text of a message as
/// a whole, so that one is found too that an agent says in several chunks. A chunk whose end may be the beginning of a
/// secret is held back until the next one, and what came after it waits with it.
public final class Recorder: Sendable {
  /// The longest line that is written down, in bytes.
  public static let lineLimit = 8 << 20

  private struct State {
    var partial: [Recording.Side: [UInt8]] = [:]
    var skipping: Set<Recording.Side> = []
    var queue = RecordingQueue()
    var written: Int
    var isFull = false
  }

  private let filter: @Sendable () -> SecretFilter
  private let limit: Int
  private let now: @Sendable () -> Int64
  private let write: @Sendable ([UInt8]) -> Void
  private let state: Mutex<State>

  /// Begins a recording with its header.
  ///
  /// - Parameters:
  ///   - command: The agent's program and arguments.
  ///   - started: Now, in words (RFC 3339).
  ///   - filter: What is left out of the next line.
  ///   - limit: How many bytes the file may have.
  ///   - written: How many it has already.
  ///   - now: Milliseconds since the start.
  ///   - write: Appends to the file, in the order of the calls. It is called under a lock.
  public init(
    command: [String], started: String, filter: @escaping @Sendable () -> SecretFilter, limit: Int, written: Int = 0,
    now: @escaping @Sendable () -> Int64, write: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.filter = filter
    self.limit = limit
    self.now = now
    self.write = write
    state = Mutex(State(written: written))
    state.withLock { state in
      put(Self.bytes(Recording.header(command: command, started: started)), &state)
    }
  }

  /// A transport that is recorded.
  ///
  /// - Parameters:
  ///   - transport: The stream.
  ///   - side: Who is at its other end: whose words are read from it.
  public func tap(_ transport: any RPCTransport, side: Recording.Side) -> TappedTransport {
    TappedTransport(
      transport, onRead: { bytes in if let bytes { self.take(bytes, from: side) } },
      onWrite: { self.take($0, from: side.other) })
  }

  /// Takes a piece of what one of them says.
  public func take(_ bytes: [UInt8], from side: Recording.Side) {
    let at = now()
    state.withLock { state in
      var rest = bytes[...]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = (state.partial.removeValue(forKey: side) ?? []) + rest[...end]
        rest = rest[(end + 1)...]
        if state.skipping.remove(side) == nil { add(line, at, side, &state) }
      }
      guard !state.skipping.contains(side) else { return }
      state.partial[side, default: []] += rest
      guard state.partial[side, default: []].count > Self.lineLimit else { return }
      state.partial[side] = []
      state.skipping.insert(side)
      note("a line of the \(side.rawValue) with more than \(Self.lineLimit) bytes is left out", at, &state)
    }
  }

  /// Writes what was held back; nothing more comes.
  public func finish() {
    let at = now()
    state.withLock { state in
      for side in Recording.Side.allCases {
        let line = state.partial.removeValue(forKey: side) ?? []
        if !line.isEmpty { add(line, at, side, &state) }
      }
      for line in state.queue.close(filter()) { put(line, &state) }
    }
  }

  private func add(_ line: [UInt8], _ at: Int64, _ side: Recording.Side, _ state: inout State) {
    guard !state.isFull else { return }
    for line in state.queue.add(line, at, side, filter()) { put(line, &state) }
  }

  private func note(_ text: String, _ at: Int64, _ state: inout State) {
    put(Self.bytes(["at": .integer(at), "note": .string(text)]), &state)
  }

  private func put(_ line: [UInt8], _ state: inout State) {
    guard !state.isFull else { return }
    if state.written + line.count > limit {
      state.isFull = true
      let text = "the limit of \(limit) bytes is reached; nothing more is recorded"
      return write(Self.bytes(["at": .integer(now()), "note": .string(text)]))
    }
    state.written += line.count
    write(line)
  }

  static func bytes(_ json: JSONValue) -> [UInt8] { json.serialized() + [UInt8(ascii: "\n")] }
}
