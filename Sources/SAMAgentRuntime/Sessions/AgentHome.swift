// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMCore
internal import SAMRPC

/// The home folder of an agent that is given files: one of its own, so that nothing of the person's is touched.
///
/// Configuration files are written before each start. A login file is kept in a secret, and the agent may write it anew at any
/// time. Beside the folder a note says which of the secret's values each login file was made of: one that the agent has changed
/// since is offered to the secret, one that is behind the secret is replaced at the next start.
actor AgentHome {
  /// Compares a login file with its secret: the secret's name, the value that the file was made of, and what it holds.
  typealias Comparison = @Sendable (String, SecretID?, String?) async throws -> LoginAnswer

  /// What came of looking at the login files.
  struct Finding: Equatable {
    /// For the log.
    var text: String
    /// Whether what the agent has made of its login is lost.
    var isLoss = false
  }

  /// The folder.
  nonisolated let path: String
  private let files: [HomeFile]
  private let compare: Comparison
  /// What was last found in each login file, or written into it.
  private var seen: [String: String] = [:]

  /// - Returns: nil for an agent without files: it has the home folder of samd's user.
  init?(_ launch: AgentLaunch, at path: String, compare: @escaping Comparison) {
    guard let files = launch.files, !files.isEmpty else { return nil }
    self.path = path
    self.files = files
    self.compare = compare
  }

  private nonisolated var logins: [(path: String, secret: String)] {
    files.compactMap { file in file.secret.map { (file.path, $0) } }
  }

  // MARK: The start

  /// Writes the files: configuration as it is defined, logins where the secret is ahead of them.
  /// - Throws: ``RuntimeError`` when the folder cannot be written; what `compare` throws.
  func write() async throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for file in files {
      if case .text(let text) = file.content { try put(text, at: file.path) }
    }
    var known = try note()
    for login in logins {
      // What cannot be a login is as good as none.
      let found = usable(login.path)
      let answer = try await compare(login.secret, found == nil ? nil : known[login.secret], found)
      if case .newer(_, let value) = answer { try put(value, at: login.path) }
      seen[login.secret] = usable(login.path)
      known[login.secret] = answer.id
      // Only now: a note that is behind its file is made up for, one that is ahead would undo a refreshed login.
      try keep(known)
    }
  }

  // MARK: Looking

  /// Offers the login files to their secrets that the agent has changed since the last look.
  func look() async -> [Finding] {
    var findings: [Finding] = []
    for login in logins {
      guard let found = await settled(login.path), found != seen[login.secret] else { continue }
      do {
        var known = try note()
        let answer = try await compare(login.secret, known[login.secret], found)
        let before = seen[login.secret]
        seen[login.secret] = found
        switch answer {
        case .current(let id) where id == known[login.secret]: break
        case .current(let id):
          known[login.secret] = id
          try keep(known)
          findings.append(.init(text: "the agent's refreshed login is kept as secret '\(login.secret)'"))
        case .newer where before == nil:
          // Whether the agent had changed it nobody has seen.
          findings.append(
            .init(text: "the agent's login is behind secret '\(login.secret)', and gets up to date when it starts anew")
          )
        case .newer:
          findings.append(
            .init(
              text: "the agent has refreshed its login, and so has another session meanwhile: secret '\(login.secret)' "
                + "keeps that one's, and this agent gets it when it starts anew", isLoss: true))
        }
      } catch {
        findings.append(.init(text: "the agent's login is not kept as secret '\(login.secret)' yet: \(error)"))
      }
    }
    return findings
  }

  /// What is in a login file when nobody is writing it any more; nil = nothing that could be a login.
  private func settled(_ path: String) async -> String? {
    var last = usable(path)
    guard let login = logins.first(where: { $0.path == path }), last != seen[login.secret] else { return last }
    for _ in 0..<10 {
      do { try await Alarms.shared.sleep(for: .milliseconds(50)) } catch { return nil }
      let next = usable(path)
      if next == last { return next }
      last = next
    }
    return nil
  }

  /// What is in a login file; nil = there is none, or it is a link, too long, no text, or JSON that is cut off.
  private func usable(_ path: String) -> String? {
    guard let bytes = contents(path), !bytes.isEmpty, !bytes.contains(0),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    guard !path.hasSuffix(".json") || (try? JSONValue(parsing: bytes)) != nil else { return nil }
    return text
  }

  /// What is in a file; nil when it is none, a link leads to it, or it is too long.
  private nonisolated func contents(_ path: String) -> [UInt8]? {
    let names = path.split(separator: "/").map(String.init)
    var folder = Descriptor.folder(self.path)
    for name in names.dropLast() { folder = folder?.folder(name) }
    return names.last.flatMap { folder?.contents($0, limit: HomeFile.maxBytes) }
  }

  // MARK: Writing

  private func put(_ text: String, at path: String) throws {
    let names = path.split(separator: "/").map(String.init)
    var folder = Descriptor.folder(self.path)
    for name in names.dropLast() { folder = folder?.makeFolder(name, mode: 0o700) }
    guard let folder, let name = names.last else {
      throw RuntimeError(
        .agent, "The agent's file ~/\(path) cannot be written: something in its way in \(self.path) is no folder.")
    }
    try folder.replace(name, Array(text.utf8), mode: 0o600)
  }

  private nonisolated var notePath: String { "\(path).json" }

  /// Which value each login file was made of, by the secret's name.
  private func note() throws -> [String: SecretID] {
    guard let bytes = FileManager.default.contents(atPath: notePath) else { return [:] }
    return try JSONDecoder().decode([String: SecretID].self, from: bytes)
  }

  private func keep(_ note: [String: SecretID]) throws {
    guard let folder = Descriptor.folder((path as NSString).deletingLastPathComponent) else {
      throw RuntimeError.system("The folder of “\(path)” cannot be opened", errno: errno)
    }
    try folder.replace((notePath as NSString).lastPathComponent, Array(try JSONEncoder().encode(note)), mode: 0o600)
  }
}

extension AgentHome {
  /// What in the files of a home folder must not be written down elsewhere: whole login files, and the texts in them that are
  /// long enough to be keys.
  nonisolated func secretValues() -> [String] {
    logins.flatMap { login -> [String] in
      guard let bytes = contents(login.path) else { return [] }
      let json = try? JSONValue(parsing: bytes)
      return [String(decoding: bytes, as: UTF8.self)] + (json.map(Self.texts) ?? [])
    }
  }

  /// Tells whether a login file may have changed: it is another one, or was written since.
  nonisolated func stamp() -> [String] {
    logins.map { login in
      var info = stat()
      guard lstat("\(path)/\(login.path)", &info) == 0 else { return "" }
      return "\(info.st_ino) \(info.st_size) \(info.st_mtim.tv_sec) \(info.st_mtim.tv_nsec)"
    }
  }

  private static func texts(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let text): text.utf8.count >= 16 ? [text] : []
    case .array(let elements): elements.flatMap(texts)
    case .object(let members): members.values.flatMap(texts)
    default: []
    }
  }
}
