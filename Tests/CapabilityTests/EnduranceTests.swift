// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A daemon that runs for weeks: what sessions leave behind in it adds up.
@Suite struct EnduranceTests {
  private static let isLong = ProcessInfo.processInfo.environment["SAM_TEST_LONG"] == "1"
  private static let rounds = isLong ? 30 : 4
  private static let atOnce = isLong ? 20 : 10

  @Test func sessionsThatCameAndWentLeaveNothingBehind() async throws {
    let sam = try Installation()
    let temporary = sam.folder.appendingPathComponent("tmp")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    try await sam.makeRemote()
    try await sam.start(
      environment: ["TMPDIR": temporary.path, "SAM_LOG_LEVEL": "info"], flags: ["--agent-idle", "1"])
    _ = try await sam.samctl("project", "add", "sample", sam.remote.path)
    // One session opens what stays open.
    try await Self.run(1, on: sam)
    let before = try sam.descriptors()

    var samples: [(sessions: Int, kibibytes: Int)] = []
    for round in 1...Self.rounds {
      try await Self.run(Self.atOnce, on: sam)
      samples.append((round * Self.atOnce, try sam.residentMemory()))
    }
    // The programs that asked are gone; the daemon hears of it a moment later.
    try await Shell.eventually("as many descriptors as before: \(before), now \((try? sam.descriptors()) ?? [])") {
      try sam.descriptors().count <= before.count
    }
    #expect(try sam.strays().isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path) == [])
    #expect(try sam.unknownFiles() == [])

    // At first caches and the allocator's arenas fill. What grows after 200 sessions grows for ever; 40 cannot show that,
    // only that nothing large stays.
    let settled = Array(samples.dropFirst((Self.isLong ? samples.count / 3 : samples.count / 2) - 1))
    let slope = Self.slope(settled)
    print(
      "endurance: \(Self.rounds * Self.atOnce) sessions, \(Self.atOnce) at a time; \(before.count) descriptors; "
        + "memory \(samples.map { "\($0.kibibytes / 1024)" }.joined(separator: " ")) MiB, "
        + String(format: "%.1f KiB a session after the first %d", slope, settled[0].sessions))
    #expect(slope < (Self.isLong ? 4 : 256), "\(samples)")
    #expect(try await sam.stop() == 0)
    #expect(try sam.strays().isEmpty)
  }

  /// Runs tasks side by side to their end, and waits until their agents have been idle for long enough to be ended.
  private static func run(_ count: Int, on sam: Installation) async throws {
    try await withThrowingTaskGroup(of: Shell.Result.self) { group in
      for _ in 0..<count {
        group.addTask {
          try await sam.samctl("run", "Write a note", "--agent", "demo", "--approve", "allow", timeout: 120)
        }
      }
      for try await result in group { #expect(result.status == 0, "\(result.all)\n\(sam.log.suffix(2000))") }
    }
    try await Shell.eventually("the agents are ended: \((try? sam.strays()) ?? [])", within: 60) {
      try sam.strays().isEmpty
    }
  }

  /// By how much one grows with the other: the line through the points with the least squares.
  private static func slope(_ samples: [(sessions: Int, kibibytes: Int)]) -> Double {
    let count = Double(samples.count)
    let meanX = samples.reduce(0) { $0 + Double($1.sessions) } / count
    let meanY = samples.reduce(0) { $0 + Double($1.kibibytes) } / count
    let covariance = samples.reduce(0) { $0 + (Double($1.sessions) - meanX) * (Double($1.kibibytes) - meanY) }
    return covariance / samples.reduce(0) { $0 + (Double($1.sessions) - meanX) * (Double($1.sessions) - meanX) }
  }
}

extension Installation {
  /// What the daemon has open besides the database, whose readers are opened as they are needed, up to five.
  func descriptors() throws -> [String] {
    let folder = "/proc/\(try #require(pid))/fd"
    return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
      // One may close meanwhile.
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
    }.filter { !$0.contains("/sam.db") }.sorted()
  }

  /// The daemon's resident memory in KiB.
  func residentMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(try #require(pid))/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
  }

  /// Files in the daemon's folder that are none of those that a session or the installation keeps.
  func unknownFiles() throws -> [String] {
    let kept = [
      #"^(lock|token|endpoint|master\.key|sam\.db(-wal|-shm)?)$"#, #"^blobs(/|$)"#, #"^machine(/[a-z]+)?$"#,
      #"^machine/workspaces/workspace_\w+(/lock|/tree(/.*)?)?$"#, #"^machine/sessions/session_\w+(/journal)?$"#,
      #"^machine/repositories/(repositories|scratch|workspaces)$"#,
      #"^machine/repositories/repositories/remote-\w+\.git(/.*)?$"#,
      #"^machine/repositories/workspaces/workspace_\w+\.(json|index)$"#,
    ]
    return try FileManager.default.subpathsOfDirectory(atPath: data.path).filter { path in
      path.hasSuffix(".lock") || !kept.contains { path.range(of: $0, options: .regularExpression) != nil }
    }
  }
}
