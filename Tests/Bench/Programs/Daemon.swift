// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMAPI
import SAMClient

/// A samd with its data in a folder, on a free port.
final class Daemon {
  /// Its data folder.
  let data: String
  /// How long it took from the start of the program until it listened, in milliseconds.
  let startTime: Double
  private let process: Program

  /// Starts samd and waits until it listens.
  /// - Parameter scratch: holds everything of samd, and is its home.
  init(in scratch: Scratch) throws {
    data = scratch.path("data")
    let endpoint = "\(data)/endpoint"
    try? FileManager.default.removeItem(atPath: endpoint)
    let environment = Build.environment.merging(["HOME": scratch.path]) { _, new in new }
    let started = Clock.steady
    process = try Program(
      Build.samd, ["serve", "--data", data, "--port", "0"], environment: environment,
      output: .file(scratch.path("samd.log")), errors: .file(scratch.path("samd.log")))
    // The file appears whole, by a rename.
    while access(endpoint, F_OK) != 0 {
      guard process.isRunning, Clock.steady < started + 60_000 else {
        let log = (try? String(contentsOfFile: scratch.path("samd.log"), encoding: .utf8)) ?? ""
        throw BenchFailure("samd does not listen; its log ends with: \(log.suffix(1000))")
      }
      usleep(200)
    }
    startTime = Clock.steady - started
  }

  /// What programs need in their environment to find this samd.
  var environment: [String: String] {
    Build.environment.merging(["SAM_DATA": data, "NO_COLOR": "1"]) { _, new in new }
  }

  /// Runs `body` with a client of this samd.
  func withClient<Result>(_ body: (SAMClient) async throws -> Result) async throws -> Result {
    let text = { (name: String) in
      try String(contentsOfFile: "\(self.data)/\(name)", encoding: .utf8).trimmingCharacters(
        in: .whitespacesAndNewlines)
    }
    return try await SAMClient.withClient(endpoint: try text("endpoint"), token: try text("token"), body: body)
  }

  /// How much memory is resident, in MB (10⁶ bytes).
  func resident() throws -> Double { try Self.resident(process.id) }

  /// The memory that a process has resident, in MB.
  static func resident(_ process: Int32) throws -> Double {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
      let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) })
    else { throw BenchFailure("process \(process) is gone") }
    return kibibytes * 1024 / 1_000_000
  }

  /// Its process id.
  var id: Int32 { process.id }

  /// Ends samd as an operator does.
  func stop() throws {
    kill(process.id, SIGTERM)
    try process.wait()
  }

  /// Makes a bare repository with one commit and adds it as project `bench`.
  func addProject(in scratch: Scratch) async throws {
    let (seed, remote) = (scratch.path("seed"), scratch.path("remote.git"))
    let git = { (arguments: [String]) in
      let identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.invalid"]
      _ = try Build.run("git", identity + arguments, environment: ["HOME": scratch.path])
    }
    try git(["init", "-q", "-b", "main", seed])
    try "# Bench\n".write(toFile: "\(seed)/README.md", atomically: true, encoding: .utf8)
    try git(["-C", seed, "add", "-A"])
    try git(["-C", seed, "commit", "-q", "-m", "Begin"])
    try git(["clone", "-q", "--bare", seed, remote])
    try await withClient { client in
      _ = try await client.addProject(CreateProjectBody(name: "bench", repository: remote))
    }
  }
}
