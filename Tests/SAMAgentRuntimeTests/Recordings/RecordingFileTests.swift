// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMACP
import SAMCore
import SAMRPC
import Synchronization
import Testing

@testable import SAMAgentRuntime

@Suite("The file of a recording")
struct RecordingFileTests {
  @Test func `its times are those of the machine's clock`() throws {
    let folder = try ScratchFolder()
    let uptime = Mutex(Duration.seconds(100))
    let clock = WallClock(
      now: { Timestamp(milliseconds: 1_795_521_600_000) }, uptime: { uptime.withLock { $0 } }, sleep: { _ in })
    let recorder = try RecordingFile.recorder(
      at: folder.file("r.ndjson"), command: ["agent"], filter: { SecretFilter(values: []) }, clock: clock)
    uptime.withLock { $0 += .milliseconds(1234) }
    recorder.take(Array("{\"jsonrpc\":\"2.0\",\"method\":\"a\"}\n".utf8), from: .client)
    recorder.finish()
    let text = try folder.read("r.ndjson")
    #expect(text.contains("2026-11-24T12:00:00Z"), "\(text)")
    #expect(text.contains("1234"), "\(text)")
  }
}
