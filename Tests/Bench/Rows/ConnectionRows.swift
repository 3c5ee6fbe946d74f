// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMACP
import SAMRPC
import Synchronization

/// What the client's end of an ACP connection costs: an agent's updates, from a pipe to typed values in a handler, beside
/// the Python SDK on the same bytes.
enum ConnectionRows {
  static func measure(_ table: Table, _ effort: Effort) async throws {
    let scratch = try Scratch()
    let recording = try Recording(in: scratch, bytes: effort.of(32 << 20, quick: 1 << 20))
    let size = Double(recording.bytes) / 1_000_000
    let count = Double(recording.messages)
    var ours: [Double] = []
    for _ in 0..<effort.of(5, quick: 2) { ours.append(try await replay(recording)) }
    table.row("ACP client: updates a second of one core", Sample(ours.map { count / $0 }), "/s", digits: 0)
    table.row("  bytes", Sample(ours.map { size / $0 }), "MB/s", digits: 2)
    if let python {
      var theirs: [Double] = []
      for _ in 0..<effort.of(3, quick: 1) { theirs.append(try replay(recording, with: python)) }
      table.row("  the Python SDK: updates", Sample(theirs.map { count / $0 }), "/s", digits: 0)
      table.row("  the Python SDK: bytes", Sample(theirs.map { size / $0 }), "MB/s", digits: 2)
    } else {
      table.note("connection: the Python SDK is not installed; 'Tools/install-agents acp-sdk' does it.")
    }
    table.note(
      "connection: \(recording.messages) session/update notifications, \(recording.bytes >> 10) KiB of \(recording.origin), "
        + "from a pipe to a handler that counts them. A second of one core is a second of the process's own CPU time, "
        + "user and system: the replaying program is not part of it.")
  }

  /// Where the Python SDK is; nil = it is not installed.
  private static var python: String? {
    let variables = ProcessInfo.processInfo.environment
    let cache = variables["XDG_CACHE_HOME"] ?? "\(variables["HOME"] ?? "")/.cache"
    let path = "\(variables["SAM_AGENTS"] ?? "\(cache)/sam/agents")/acp-sdk/bin/python"
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }

  /// Counts the updates that arrive.
  private struct Counting: ACPClientHandler {
    let counter: Counter
    func sessionUpdate(_ notification: ACP.SessionNotification) async throws { counter.increment() }
    func requestPermission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse {
      .init(outcome: .cancelled(.init()))
    }
    func otherRequest(_ method: String, _ params: JSONValue?) async throws -> JSONValue {
      throw RPCError.methodNotFound(method)
    }
    func otherNotification(_ method: String, _ params: JSONValue?) async throws {}
  }

  /// - Returns: the seconds of one core that it took.
  private static func replay(_ recording: Recording) async throws -> Double {
    let cat = try Program("/bin/cat", [recording.path], environment: Build.environment, output: .pipe)
    guard let output = cat.output else { throw BenchFailure("cat has no output") }
    let input = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(input) }
    let transport = try PipeTransport(reading: output, writing: input, closesDescriptors: false)
    let counter = Counter()
    let start = processorSeconds
    _ = await ClientConnection(over: transport).run(handler: Counting(counter: counter))
    let seconds = processorSeconds - start
    guard counter.value == recording.messages else {
      throw BenchFailure("\(counter.value) of \(recording.messages) updates arrived")
    }
    try cat.wait()
    return seconds
  }

  private static func replay(_ recording: Recording, with python: String) throws -> Double {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Programs/acp_replay.py").path
    let words = try Build.run(python, [script, recording.path, "\(recording.messages)"]).split(separator: " ")
    guard words.count == 2, Int(words[0]) == recording.messages, let seconds = Double(words[1]) else {
      throw BenchFailure("the Python SDK got \(words) of \(recording.messages) updates")
    }
    return seconds
  }

  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// An agent's updates as lines in a file, over and over.
private struct Recording {
  let path: String
  let origin: String
  private(set) var messages = 0
  private(set) var bytes = 0

  /// - Parameter bytes: how long it is at least.
  init(in scratch: Scratch, bytes least: Int) throws {
    path = scratch.path("updates.ndjson")
    let shared = ProcessInfo.processInfo.environment["SAM_SHARED"]
    let vibe = (shared ?? "../shared") + "/transcripts/vibe.ndjson"
    let isRecorded = FileManager.default.fileExists(atPath: vibe)
    origin = isRecorded ? "a recording of Mistral Vibe" : "what the demo agent says"
    let lines = try isRecorded ? Self.recorded(vibe) : BareAgent.updates(in: scratch.path)
    guard !lines.isEmpty else { throw BenchFailure("there are no updates to replay") }
    let block = Data((lines.joined(separator: "\n") + "\n").utf8)
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else { throw BenchFailure("\(path) cannot be written") }
    while bytes < least {
      try file.write(contentsOf: block)
      messages += lines.count
      bytes += block.count
    }
    try file.close()
  }

  private static func recorded(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { line in
      let value = try JSONValue(parsing: String(line))
      guard value["dir"] == "a2c", let message = value["msg"], message["method"] == "session/update" else { return nil }
      return String(decoding: message.serialized(), as: UTF8.self)
    }
  }
}
