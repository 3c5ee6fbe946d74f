// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMRPC

/// What was said in the demo agent's sessions, in one file a session: an update a line.
///
/// A line is in the file before the client gets it, and the person's message before anything is done about it: what
/// the client has seen is replayed after any crash of either.
struct DemoHistory: Sendable {
  /// The folder of the files.
  let folder: String

  /// Where a demo agent keeps its sessions: `SAM_DEMO_STATE`, else `sam-demo-agent` in `XDG_STATE_HOME` or `~/.local/state`.
  ///
  /// - Throws: `RPCError` when the environment names none of them.
  init(environment: [String: String]) throws {
    func folder(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    let state = folder("XDG_STATE_HOME") ?? folder("HOME").map { "\($0)/.local/state" }
    guard let folder = folder("SAM_DEMO_STATE") ?? state.map({ "\($0)/sam-demo-agent" }) else {
      throw RPCError(.internalError, "The demo agent has nowhere to keep its sessions; set SAM_DEMO_STATE to a folder.")
    }
    self.folder = folder
  }

  init(folder: String) { self.folder = folder }

  /// Whether somebody has logged in.
  var isLoggedIn: Bool { FileManager.default.fileExists(atPath: "\(folder)/login") }

  func logIn() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data("logged in\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/login"))
  }

  /// Makes the file of a new session and names the session after it: the first number that is free.
  func create() throws -> ACP.SessionID {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for number in 1... {
      let descriptor = open("\(folder)/demo-\(number).ndjson", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
      if descriptor >= 0 {
        close(descriptor)
        return ACP.SessionID("demo-\(number)")
      }
      guard errno == EEXIST else { break }
    }
    throw failure("cannot be written in")
  }

  /// Adds an update.
  func append(_ update: ACP.SessionUpdate, to session: ACP.SessionID) throws {
    let descriptor = open(try path(of: session), O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("lost the file of session \(session)") }
    defer { close(descriptor) }
    let line = update.json.serialized() + [UInt8(ascii: "\n")]
    // One call for a whole line, so that a process that dies leaves no half one.
    guard write(descriptor, line, line.count) == line.count else { throw failure("is full") }
  }

  /// What was said, with the pieces of a message joined.
  ///
  /// - Returns: nil when there is no such session.
  func updates(of session: ACP.SessionID) throws -> [ACP.SessionUpdate]? {
    guard let data = FileManager.default.contents(atPath: try path(of: session)) else { return nil }
    var updates: [ACP.SessionUpdate] = []
    for line in data.split(separator: UInt8(ascii: "\n")) {
      let update = try ACP.SessionUpdate(json: JSONValue(parsing: Array(line)))
      if let last = updates.last, let joined = Self.joined(last, update) {
        updates[updates.count - 1] = joined
      } else {
        updates.append(update)
      }
    }
    return updates
  }

  private static func joined(_ first: ACP.SessionUpdate, _ second: ACP.SessionUpdate) -> ACP.SessionUpdate? {
    func text(_ one: ACP.ContentChunk, _ two: ACP.ContentChunk) -> ACP.ContentChunk? {
      guard case .text(let a) = one.content, case .text(let b) = two.content, one.messageID == two.messageID,
        a.text.utf8.count < 64 << 10
      else { return nil }
      return ACP.ContentChunk(content: .text(ACP.TextContent(text: a.text + b.text)), messageID: one.messageID)
    }
    switch (first, second) {
    case (.agentMessageChunk(let a), .agentMessageChunk(let b)): return text(a, b).map { .agentMessageChunk($0) }
    case (.agentThoughtChunk(let a), .agentThoughtChunk(let b)): return text(a, b).map { .agentThoughtChunk($0) }
    default: return nil
    }
  }

  /// Session ids come from the client: only our own shape becomes a file name.
  private func path(of session: ACP.SessionID) throws -> String {
    let number = session.rawValue.hasPrefix("demo-") ? Int(session.rawValue.dropFirst(5)) : nil
    guard let number, number > 0, session.rawValue == "demo-\(number)" else {
      throw RPCError(.resourceNotFound, "There is no session \(session); start one with session/new.")
    }
    return "\(folder)/demo-\(number).ndjson"
  }

  private func failure(_ what: String) -> RPCError {
    let reason = String(cString: strerror(errno))
    return RPCError(
      .internalError, "The demo agent's folder \(folder) \(what) (\(reason)); set SAM_DEMO_STATE to another.")
  }
}
