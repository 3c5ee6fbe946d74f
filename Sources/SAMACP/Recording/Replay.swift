// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

/// Plays one side of a ``Recording`` to a real peer, and compares what the peer says with what was recorded of it.
///
/// Compared is what is meant and not what is chance: ids of requests, of sessions and of terminals are taken for each other
/// where they stand for each other, the folder of the session likewise; the text of a message counts and not the chunks in
/// which it came; times, process details in `_meta` and the peer's name and version do not count at all.
public struct Replay: Sendable {
  /// Where what the peer says is not what was recorded.
  public struct Difference: Hashable, Sendable, CustomStringConvertible {
    /// The line of the recording.
    public var line: Int
    /// Where in the message, or nothing.
    public var place: String
    /// What was recorded.
    public var expected: String
    /// What came.
    public var found: String

    /// One line for a person.
    public var description: String {
      "line \(line)\(place.isEmpty ? "" : ", \(place)"): expected \(expected), found \(found)"
    }
  }

  private let recording: Recording
  private let side: Recording.Side
  private let folder: String?
  private let limit: Duration
  private let clock: any Clock<Duration>

  /// - Parameters:
  ///   - recording: What is played.
  ///   - side: Which side of it.
  ///   - folder: The folder of the session for the side that names it, the client; nil = the recorded one.
  ///   - limit: How long to wait for each message of the peer.
  ///   - clock: What waits.
  public init(
    _ recording: Recording, as side: Recording.Side, folder: String? = nil, limit: Duration = .seconds(30),
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.recording = recording
    self.side = side
    self.folder = folder
    self.limit = limit
    self.clock = clock
  }

  /// Plays it.
  /// - Returns: The differences; after one in the kind of a message nothing more is compared.
  public func run(over transport: any RPCTransport) async -> [Difference] {
    var peer = ReplayPeer(transport: transport, limit: limit, clock: clock)
    var names = ReplayNames(folder: folder)
    var differences: [Difference] = []
    var index = 0
    do {
      while index < recording.lines.count {
        let line = recording.lines[index]
        index += 1
        guard let message = try? JSONValue(parsing: line.bytes) else {
          // What was no message is played as it was; of a peer it is not expected again.
          if line.from == side { try await transport.write(line.bytes) }
          continue
        }
        if line.from == side {
          names.learnFolder(message)
          try await transport.write(names.outgoing(message).serialized() + [UInt8(ascii: "\n")])
          continue
        }
        var expected = ReplayMessage(message)
        while expected.isText, index < recording.lines.count, recording.lines[index].from != side,
          let next = try? JSONValue(parsing: recording.lines[index].bytes), expected.append(ReplayMessage(next))
        { index += 1 }
        guard let found = try await peer.next(like: expected, names) else {
          differences.append(Difference(line: line.number, place: "", expected: expected.kind, found: peer.silence))
          return differences
        }
        guard found.kind == expected.kind else {
          differences.append(
            Difference(line: line.number, place: "", expected: expected.kind, found: found.kind))
          return differences
        }
        names.learn(expected.json, found.json)
        differences += names.compare(expected.json, found.json).map {
          Difference(line: line.number, place: $0.place, expected: $0.expected, found: $0.found)
        }
      }
      transport.finishWriting()
      if let more = try await peer.rest() {
        let last = recording.lines.last?.number ?? 0
        differences.append(Difference(line: last, place: "", expected: "the end", found: more.kind))
      }
    } catch {
      let number = recording.lines[max(0, index - 1)].number
      differences.append(Difference(line: number, place: "", expected: "that the peer listens", found: "\(error)"))
    }
    return differences
  }
}
