// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMRPC
internal import Synchronization

/// Where a faulty agent keeps its sessions: in memory, and in a file when its processes are to share them.
public final class FaultyAgentStore: Sendable {
  private struct State {
    var sessions: [(id: String, cwd: String, history: [JSONValue])] = []
    var made = 0
  }

  private let file: String?
  private let state = Mutex(State())

  /// Makes a store.
  ///
  /// - Parameter file: The file, which is replaced whole with each change; nil keeps everything in memory. What is there
  ///   already and is no regular file, such as a device, is not touched: then everything is kept in memory too.
  public init(file: String? = nil) {
    let kind = file.flatMap { try? FileManager.default.attributesOfItem(atPath: $0)[.type] as? FileAttributeType }
    self.file = kind == nil || kind == .typeRegular ? file : nil
    guard let file = self.file, let data = FileManager.default.contents(atPath: file),
      let sessions = (try? JSONValue(parsing: data))?.arrayValue
    else { return }
    state.withLock { state in
      state.sessions = sessions.map {
        ($0["id"]?.stringValue ?? "", $0["cwd"]?.stringValue ?? "", $0["history"]?.arrayValue ?? [])
      }
      state.made = state.sessions.count
    }
  }

  func newID() -> String {
    state.withLock { state in
      state.made += 1
      return "session-\(state.made)"
    }
  }

  var all: [(id: String, cwd: String)] { state.withLock { $0.sessions.map { ($0.id, $0.cwd) } } }

  func create(_ id: String, cwd: String) { change { $0.sessions.append((id, cwd, [])) } }

  func append(_ update: JSONValue, to id: String) {
    change { state in
      guard let index = state.sessions.firstIndex(where: { $0.id == id }) else { return }
      state.sessions[index].history.append(update)
    }
  }

  func remove(_ id: String) { change { $0.sessions.removeAll { $0.id == id } } }

  func history(of id: String) -> [JSONValue]? { state.withLock { $0.sessions.first { $0.id == id }?.history } }

  /// Forgets everything, as an agent does that kept it in memory only.
  public func clear() { change { $0.sessions = [] } }

  private func change(_ body: (inout State) -> Void) {
    state.withLock { state in
      body(&state)
      guard let file else { return }
      let sessions = state.sessions.map { session -> JSONValue in
        ["id": .string(session.id), "cwd": .string(session.cwd), "history": .array(session.history)]
      }
      // A store that cannot be written is a store that forgets, which the checks then say.
      try? Data(JSONValue.array(sessions).serialized()).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
  }
}
