// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One installation of SAM in a folder of its own: the real daemon, the real command line, a real remote.
final class Installation: @unchecked Sendable {
  // Unchecked: the one mutable property is used by the test's own task, one step after the other.
  private var daemon: Program?
  /// What lives as long as the installation: the scripted model.
  var companion: AnyObject?

  let folder: URL
  var data: URL { folder.appendingPathComponent("data") }
  var remote: URL { folder.appendingPathComponent("remote.git") }

  /// Where the executables are: beside the test bundle.
  static let products = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent()
  static var samd: String { products.appendingPathComponent("samd").path }
  static var samctl: String { products.appendingPathComponent("samctl").path }
  /// The folder of the project.
  static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("sam-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    daemon?.send(SIGKILL)
    if ProcessInfo.processInfo.environment["SAM_TEST_KEEP"] == nil { try? FileManager.default.removeItem(at: folder) }
  }

  var pid: Int32? { daemon?.isRunning == true ? daemon?.processIdentifier : nil }
  var log: String { (try? String(contentsOf: folder.appendingPathComponent("samd.log"), encoding: .utf8)) ?? "" }

  // MARK: The daemon

  /// Where the daemon listens.
  var endpoint: String {
    get throws { try String(contentsOf: data.appendingPathComponent("endpoint"), encoding: .utf8).trimmed }
  }
  /// The first token.
  var token: String {
    get throws { try String(contentsOf: data.appendingPathComponent("token"), encoding: .utf8).trimmed }
  }

  /// Starts the daemon and waits until it listens.
  func start(environment: [String: String] = [:], flags: [String] = [], port: Int = 0) async throws {
    let endpoint = data.appendingPathComponent("endpoint")
    try? FileManager.default.removeItem(at: endpoint)
    let own = ["HOME": folder.path, "SAM_LOG_LEVEL": "debug"]
    let process = try Shell.start(
      Self.samd, ["serve", "--data", data.path, "--port", "\(port)"] + flags,
      environment: own.merging(environment) { _, new in new }, out: folder.appendingPathComponent("samd.out"),
      err: folder.appendingPathComponent("samd.log"))
    daemon = process
    try await Shell.eventually("samd listens; its log: \(log.suffix(2000))") {
      FileManager.default.fileExists(atPath: endpoint.path) || !process.isRunning
    }
    guard process.isRunning else {
      throw Shell.TimedOut(description: "samd ended with \(process.status ?? -1): \(log.suffix(2000))")
    }
  }

  /// Ends the daemon as an operator does, and waits.
  func stop() async throws -> Int32 {
    guard let daemon else { return 0 }
    daemon.terminate()
    try await Shell.eventually("samd stops", within: 40) { !daemon.isRunning }
    return daemon.status ?? -1
  }

  /// Ends the daemon as a power failure does.
  func crash() async throws {
    guard let daemon else { return }
    daemon.send(SIGKILL)
    try await waitForEnd()
  }

  /// Waits until the daemon has ended by itself.
  func waitForEnd(within seconds: Double = 60) async throws {
    guard let daemon else { return }
    try await Shell.eventually("samd ends", within: seconds) { !daemon.isRunning }
  }

  // MARK: The command line

  /// Runs samctl against this installation.
  func samctl(_ arguments: String..., input: String? = nil, timeout: Double = 60) async throws -> Shell.Result {
    try await samctl(arguments, input: input, timeout: timeout)
  }

  func samctl(_ arguments: [String], input: String? = nil, timeout: Double = 60) async throws -> Shell.Result {
    try await Shell.run(
      Self.samctl, arguments, environment: ["SAM_DATA": data.path, "HOME": folder.path, "NO_COLOR": "1"], input: input,
      timeout: timeout)
  }

  /// Runs samctl and takes its JSON answer.
  func json(_ arguments: String...) async throws -> [String: Any] {
    let result = try await samctl(arguments + ["--json"])
    guard result.status == 0, let object = result.json as? [String: Any] else {
      throw Shell.TimedOut(description: "samctl \(arguments): \(result.status) \(result.all)")
    }
    return object
  }

  /// The items of a list that samctl prints as JSON.
  func list(_ arguments: String...) async throws -> [[String: Any]] {
    let result = try await samctl(arguments + ["--json"])
    if let items = result.json as? [[String: Any]] { return items }
    if let page = result.json as? [String: Any], let items = page["items"] as? [[String: Any]] { return items }
    throw Shell.TimedOut(description: "samctl \(arguments): \(result.status) \(result.all)")
  }

  // MARK: The repository

  /// Makes a bare remote with one commit on `main` and adds it as project `sample`.
  func makeRemote(files: [String: String] = ["hello.py": "def greet():\n    return \"hello\"\n"]) async throws {
    let seed = folder.appendingPathComponent("seed")
    try FileManager.default.createDirectory(at: seed, withIntermediateDirectories: true)
    for (name, content) in files {
      try content.write(to: seed.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
    _ = try await git("init", "-q", "-b", "main", seed.path)
    _ = try await git("-C", seed.path, "add", "-A")
    _ = try await git("-C", seed.path, "commit", "-q", "-m", "Begin")
    _ = try await git("clone", "-q", "--bare", seed.path, remote.path)
  }

  /// Runs git and returns what it printed.
  @discardableResult
  func git(_ arguments: String...) async throws -> String {
    let identity = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"]
    let result = try await Shell.run("git", identity + arguments, environment: ["HOME": folder.path])
    guard result.status == 0 else {
      throw Shell.TimedOut(description: "git \(arguments.joined(separator: " ")): \(result.all)")
    }
    return result.out
  }

  /// The branches of the remote other than `main`.
  func pushedBranches() async throws -> [String] {
    try await git("-C", remote.path, "for-each-ref", "--format=%(refname:short)", "refs/heads")
      .split(separator: "\n").map(String.init).filter { $0 != "main" }
  }

  /// A file's content on a branch of the remote.
  func content(of file: String, on branch: String) async throws -> String {
    try await git("-C", remote.path, "show", "\(branch):\(file)")
  }

  // MARK: Processes

  /// Processes that carry this installation's run id, or whose command line names its folder.
  func strays() throws -> [String] {
    var found: [String] = []
    for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int32(entry) != nil {
      guard entry != "\(daemon?.processIdentifier ?? -1)",
        let environment = FileManager.default.contents(atPath: "/proc/\(entry)/environ"),
        String(decoding: environment, as: UTF8.self).contains("SAM_RUN_ID="),
        String(decoding: environment, as: UTF8.self).contains(folder.path)
      else { continue }
      let command = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline") ?? Data()
      found.append("\(entry) \(String(decoding: command, as: UTF8.self).replacingOccurrences(of: "\0", with: " "))")
    }
    return found
  }
}

extension String {
  var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
