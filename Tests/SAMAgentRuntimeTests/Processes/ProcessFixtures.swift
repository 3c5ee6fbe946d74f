// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMAgentRuntime

/// Where the guard is: built beside the tests, as a helper of its own or as `samd`.
enum GuardProgram {
  static let buildFolder: String = {
    // The test program is PACKAGE.xctest or runs inside swiftpm-testing-helper, with the bundle as an argument.
    for argument in CommandLine.arguments + ["/proc/self/exe"] where argument.contains(".xctest") {
      var url = URL(fileURLWithPath: argument)
      while url.pathComponents.contains(where: { $0.hasSuffix(".xctest") }) { url.deleteLastPathComponent() }
      return url.path
    }
    return URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
  }()

  /// Runs a guard, and with `launch` stands for a runtime that can be killed.
  static let helper = buildFolder + "/guard-helper"

  static let path = FileManager.default.isExecutableFile(atPath: helper) ? helper : buildFolder + "/samd"
}

/// A folder that is gone when the last reference to it is.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "sam-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      print("left behind: \(path): \(error)")
    }
  }

  func file(_ name: String) -> String { path + "/" + name }

  @discardableResult
  func write(_ name: String, _ text: String, mode: Int = 0o644) throws -> String {
    let file = file(name)
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    guard mode & 0o111 != 0 else {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
      return file
    }
    // What is to be run is never open for writing in here: a child that is forked at that moment would have it open too, and
    // it could not be run ("text file busy").
    let draft = NSTemporaryDirectory() + "sam-draft-" + UUID().uuidString
    try Data(text.utf8).write(to: URL(fileURLWithPath: draft))
    defer { unlink(draft) }
    let install = try Process.run(
      URL(fileURLWithPath: "/usr/bin/install"), arguments: ["-m", String(mode, radix: 8), draft, file])
    install.waitUntilExit()
    if install.terminationStatus != 0 { throw TimedOut(description: "\(file) could not be written") }
    return file
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }
}

struct TimedOut: Error, CustomStringConvertible {
  let description: String
}

/// Waits until something becomes true, and fails when it does not.
func eventually(_ what: String, within limit: Duration = .seconds(20), _ check: () throws -> Bool) async throws {
  let deadline = ContinuousClock.now + limit
  while try !check() {
    if ContinuousClock.now > deadline { throw TimedOut(description: "not within \(limit): \(what)") }
    try await Task.sleep(for: .milliseconds(5))
  }
}

/// Whether a process exists and is not merely waiting to be collected.
func isAlive(_ pid: Int32) -> Bool {
  guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
  return !stat.contains(") Z ")
}

func makeLaunch(
  _ program: String, _ arguments: [String] = [], in folder: ScratchFolder, runID: String = "test_" + UUID().uuidString
) -> GuardedLaunch {
  GuardedLaunch(
    guardExecutable: GuardProgram.path, program: program, arguments: arguments,
    environment: AgentEnvironment(host: ProcessInfo.processInfo.environment).variables,
    workingDirectory: folder.path, grace: .milliseconds(300), runID: runID)
}

/// Reads a descriptor to its end, on a thread of its own, and closes it.
func readAll(_ descriptor: Int32) async -> String {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread {
      let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      continuation.resume(returning: String(decoding: handle.readDataToEndOfFile(), as: UTF8.self))
    }
  }
}
