// SPDX-License-Identifier: Apache-2.0
import Foundation

extension Installation {
  /// Kills the agents' programs and adapters, and leaves it to their guards to notice.
  func killAgents() async throws {
    for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
      guard let number = Int32(entry), number != pid,
        let variables = FileManager.default.contents(atPath: "/proc/\(entry)/environ").map({
          String(decoding: $0, as: UTF8.self)
        }),
        variables.contains(folder.path), variables.contains("SAM_RUN_ID="),
        let line = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline"),
        !String(decoding: line, as: UTF8.self).contains("\0guard\0")
      else { continue }
      kill(number, SIGKILL)
    }
    try await Shell.eventually("nothing of the agent is left") { try self.strays().isEmpty }
  }

  /// Kills the daemon as a power failure does, and starts it again.
  func crashAndStart() async throws {
    try await crash()
    try await start()
  }
}
