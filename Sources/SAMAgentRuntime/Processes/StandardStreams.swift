// SPDX-License-Identifier: Apache-2.0
internal import CSAMShims
internal import Foundation

/// The descriptors of a process that is being started: our ends, and the child's.
///
/// Whatever is still here when it goes is closed.
struct StandardStreams: ~Copyable, Sendable {
  private var input: Int32?
  private var output: Int32?
  private var error: Int32?
  private var child: [Int32] = []

  /// The child's descriptors 0, 1 and 2, in this order.
  private(set) var childMap: [Int32] = []

  private init() {}

  deinit {
    for descriptor in [input, output, error].compactMap({ $0 }) + child { close(descriptor) }
  }

  static func make(_ kind: GuardedLaunch.Streams) throws -> StandardStreams {
    var streams = StandardStreams()
    switch kind {
    case .pipes:
      let input = try streams.pipe()
      streams.input = input.write
      streams.child.append(input.read)
      let output = try streams.pipe()
      streams.output = output.read
      streams.child.append(output.write)
      let error = try streams.pipe()
      streams.error = error.read
      streams.child.append(error.write)
      streams.childMap = [input.read, output.write, error.write]
    case .combinedOutput:
      let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
      if nothing < 0 { throw RuntimeError.system("/dev/null cannot be opened", errno: errno) }
      streams.child.append(nothing)
      let output = try streams.pipe()
      streams.output = output.read
      streams.child.append(output.write)
      streams.childMap = [nothing, output.write, output.write]
    case .terminal(let columns, let rows):
      var primary: Int32 = -1
      var replica: Int32 = -1
      let result = sam_pty_open(&primary, &replica, columns, rows)
      if result < 0 { throw RuntimeError.system("No terminal can be opened", errno: -result) }
      streams.input = primary
      streams.child.append(replica)
      streams.childMap = [replica, replica, replica]
    }
    return streams
  }

  mutating func takeInput() -> Int32? { input.take() }
  mutating func takeOutput() -> Int32? { output.take() }
  mutating func takeError() -> Int32? { error.take() }

  /// After the child has its own: otherwise nobody would ever see an end of file.
  mutating func closeChildEnds() {
    for descriptor in child { close(descriptor) }
    child = []
  }

  private func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    let result = sam_pipe(&ends)
    if result < 0 { throw RuntimeError.system("No pipe can be made", errno: -result) }
    return (ends[0], ends[1])
  }
}
