// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import SAMAgentRuntime

/// A project's repository, a store of SAM's, and plain git as people and agents use it.
struct GitBench {
  let folder: ScratchFolder
  let store: RepositoryStore
  let url: RepositoryURL
  let environment: [String: String]

  /// - Parameter files: The first commit of the repository; nil: it stays empty.
  init(files: [String: String]? = ["README.md": "hello\n", "src/main.c": "int main;\n", ".gitignore": "build/\n"])
    throws
  {
    folder = try ScratchFolder()
    environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.file("home"),
      "TMPDIR": folder.path,
    ]
    try folder.write("home/.gitconfig", "[user]\nname = Person\nemail = person@example.org\n")
    url = try RepositoryURL(folder.file("remote.git"))
    store = try RepositoryStore(root: folder.file("store"), git: GitRunner(hostEnvironment: environment))
    try git(["init", "--bare", "-q", "-b", "main", folder.file("remote.git")])
    guard let files else { return }
    try git(["clone", "-q", folder.file("remote.git"), folder.file("seed")])
    for (name, text) in files { try folder.write("seed/" + name, text) }
    try git(["add", "-A"], in: "seed")
    try git(["commit", "-q", "-m", "First"], in: "seed")
    try git(["push", "-q", "origin", "HEAD:main"], in: "seed")
  }

  /// Plain git, as an agent runs it.
  @discardableResult
  func git(_ arguments: [String], in directory: String = ".", failing: Bool = false) throws -> String {
    try run("git", arguments, in: directory, failing: failing)
  }

  @discardableResult
  func run(_ program: String, _ arguments: [String], in directory: String = ".", failing: Bool = false) throws -> String
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: folder.file(directory))
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus != 0, !failing {
      throw TimedOut(description: "\(program) \(arguments.joined(separator: " ")): \(text)")
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func request(_ id: String = "task1", title: String = "Fix the Façade!", branch: String? = nil, base: String? = nil)
    -> WorkspaceRequest
  {
    WorkspaceRequest(id: id, path: folder.file("ws/\(id)"), url: url, title: title, branch: branch, base: base)
  }

  func workspace(_ id: String = "task1") async throws -> WorkspaceClone {
    try await store.makeWorkspace(request(id))
  }

  /// The commits of a branch at the host, newest first.
  func remoteLog(_ branch: String) throws -> [String] {
    try git(["--git-dir", folder.file("remote.git"), "log", "--format=%s", branch]).split(separator: "\n").map(
      String.init)
  }

  func hook(_ name: String, _ script: String) throws {
    try folder.write("remote.git/hooks/" + name, "#!/bin/sh\n" + script + "\n", mode: 0o755)
  }
}
