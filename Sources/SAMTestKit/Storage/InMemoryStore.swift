// SPDX-License-Identifier: Apache-2.0
public import SAMCore
internal import Synchronization

/// A store in memory for simulations: no thread, no clock, no chance; the same calls always yield the same content.
///
/// It keeps the promises of `StoreConformance` as a durable store does; its "disk" is ``durableCopy()``.
public final class InMemoryStore: SynchronousStore {
  private struct State: ~Copyable {
    var content: StoreContent
    var observers: [@Sendable (Changes) -> Void] = []
    var failures: [StoreError] = []
  }

  private let state: Mutex<State>
  private let meta: StoreMetadata

  /// An empty store.
  /// - Parameter metadata: what it says about itself.
  public convenience init(
    metadata: StoreMetadata = StoreMetadata(
      installation: InstallationID(trusted: "sam_inmemory"), restoreGeneration: 0, schemaVersion: 1)
  ) {
    self.init(metadata: metadata, content: StoreContent())
  }

  private init(metadata: StoreMetadata, content: StoreContent) {
    meta = metadata
    state = Mutex(State(content: content))
  }

  /// A store with all that was committed so far, and nothing else: what a process finds after a crash.
  ///
  /// This store goes on independently, as the process that did not notice yet that it is dead.
  public func durableCopy() -> InMemoryStore {
    InMemoryStore(metadata: meta, content: state.withLock { $0.content })
  }

  /// Lets the next commit that would change something fail: a full disk, for instance.
  public func failNextCommit(with error: StoreError) { state.withLock { $0.failures.append(error) } }

  /// Decides and applies at once.
  public func transact<Result: Sendable>(
    _ body: @escaping @Sendable (any StoreReader) throws -> (Changes, Result)
  ) async throws -> Result {
    try transactNow(body)
  }

  /// Decides and applies at once.
  public func transactNow<Result>(_ body: (any StoreReader) throws -> (Changes, Result)) throws -> Result {
    var result: Swift.Result<Result, any Error>?
    // The observers run under the lock: that is what keeps them in the order of the commits.
    state.withLock { state in
      do {
        var (changes, value) = try body(InMemoryReader(content: state.content))
        if !changes.isEmpty {
          if !state.failures.isEmpty { throw state.failures.removeFirst() }
          try state.content.apply(&changes)
          for observer in state.observers { observer(changes) }
        }
        result = .success(value)
      } catch {
        result = .failure(error)
      }
    }
    guard let result else { throw StoreError(.failed, "a decision ended without an outcome; report this") }
    return try result.get()
  }

  /// Runs a body over a snapshot.
  public func read<Result: Sendable>(
    _ body: @escaping @Sendable (any StoreReader) throws -> Result
  ) async throws -> Result {
    // The content is a value: this copy is a snapshot, whatever is committed meanwhile.
    let content = state.withLock { $0.content }
    return try body(InMemoryReader(content: content))
  }

  /// Calls an observer after each commit, in their order.
  public func observeCommits(_ observer: @escaping @Sendable (Changes) -> Void) {
    state.withLock { $0.observers.append(observer) }
  }

  /// What the initializer was given.
  public func metadata() async throws -> StoreMetadata { meta }
}

/// Reads a picture of the content.
private struct InMemoryReader: StoreReader {
  let content: StoreContent

  func state(_ key: AggregateKey) throws -> StateRow? { content.state(key) }
  func states(_ query: StateQuery) throws -> [StateRow] { content.states(query) }
  func answer(_ key: CommandKey) throws -> StoredAnswer? { content.answer(key) }
  func claim(_ name: String) throws -> Claim? { content.claim(name) }
  func events(_ query: EventQuery) throws -> [EventRecord] { content.events(query) }
  func effects(_ query: EffectQuery) throws -> [EffectRow] { content.effects(query) }
  func stream(_ session: SessionID) throws -> StreamPosition { content.stream(session) }
  func entries(_ session: SessionID, after seq: Int64, limit: Int) throws -> [Entry] {
    content.entries(session, after: seq, limit: limit)
  }
}
