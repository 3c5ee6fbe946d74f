// SPDX-License-Identifier: Apache-2.0
@testable import SAMTestKit
import Testing

/// A crash-point run begins in a copy of what was prepared once.
@Suite("Copied worlds")
struct CopiedWorldTests {
  @Test("a copy goes on as the world that it was copied from", arguments: [2, 20, 60])
  func sameCourse(_ seconds: Int64) throws {
    let incident = Incident { $0.acts = [.take, .say, .edit, .die] }
    incident.ask("write it")
    incident.world.run(seconds: seconds)
    let copy = try #require(incident.world.copy())
    incident.world.run(seconds: 300)
    #expect(copy.trace.hash != incident.world.trace.hash, "what happens to the original does not happen to the copy")
    copy.run(to: incident.world.now / 1000)
    #expect(copy.trace.hash == incident.world.trace.hash)
    #expect(copy.events == incident.world.events)
    #expect(copy.judge() == [])
  }
}
