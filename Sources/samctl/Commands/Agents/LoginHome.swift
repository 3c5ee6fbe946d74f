// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMAPI

/// An empty home folder in which an agent is logged in: what the login leaves there becomes secrets.
struct LoginHome {
  private let files: [HomeFileBody]

  /// - Parameter files: the agent's login files.
  init(_ files: [HomeFileBody]) { self.files = files }

  /// Runs the login's program in this terminal.
  /// - Returns: by the secret's name, what it has left in the agent's login files.
  /// - Throws: ``CommandFailure`` when it cannot be run, fails, or leaves no login file.
  func values(after command: [String], _ environment: [String: String]) throws -> [(String, String)] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("samctl-login-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer {
      do { try FileManager.default.removeItem(atPath: folder) } catch { warn("\(folder) cannot be removed: \(error)") }
    }
    var variables = ProcessInfo.processInfo.environment.merging(environment) { _, login in login }
    for name in variables.keys where name.hasPrefix("XDG_") { variables[name] = nil }
    variables["HOME"] = folder
    let status = try run(command, variables)
    guard status == 0 else {
      throw CommandFailure(.failed, "The login did not work: '\(command[0])' failed.", code: "login_failed")
    }
    let values = try files.compactMap { file -> (String, String)? in
      guard let secret = file.secret, let text = try TextFile.read("\(folder)/\(file.path)"), !text.isEmpty else {
        return nil
      }
      return (secret, text)
    }
    guard !values.isEmpty else {
      let expected = files.map { "~/\($0.path)" }.joined(separator: ", ")
      throw CommandFailure(
        .failed, "The login left nothing in \(expected). Define the agent with the file that it really uses.",
        code: "login_failed")
    }
    return values
  }

  private func warn(_ text: String) { FileHandle.standardError.write(Data("samctl: \(text)\n".utf8)) }

  /// Runs a program that has this terminal, and waits for its end. An interrupt is meant for it.
  private func run(_ command: [String], _ environment: [String: String]) throws -> Int32 {
    func copies(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] { strings.map { strdup($0) } + [nil] }
    let (arguments, variables) = (copies(command), copies(environment.map { "\($0.key)=\($0.value)" }))
    defer { for copy in arguments + variables { free(copy) } }
    var child: pid_t = 0
    let problem = posix_spawnp(&child, command[0], nil, nil, arguments, variables)
    guard problem == 0 else {
      throw CommandFailure(
        .failed,
        "'\(command[0])' cannot be run here: \(String(cString: strerror(problem))). Run this on samd's machine.",
        code: "login_failed")
    }
    let before = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, before) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status
  }
}
