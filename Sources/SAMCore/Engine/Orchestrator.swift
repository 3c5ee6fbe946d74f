// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// SAM as a library: give it a store and machines, perform commands, follow conversations.
///
/// ```swift
/// let sam = Orchestrator(store: store, clock: clock)
/// try await withThrowingTaskGroup { group in
///   group.addTask { try await sam.run() }
///   let task = try await sam.perform(CreateTask(project: project.id, profile: profile.id, prompt: "…"))
///   …
/// }
/// ```
public final class Orchestrator: MachineUplink {
  /// Where everything is kept.
  public let store: any Store
  /// What time it is.
  public let clock: WallClock
  /// Where ids come from.
  public let ids: IDSource
  /// Reports what goes wrong without anybody waiting for it.
  public let report: @Sendable (String) -> Void

  private let engine: Engine
  private let secrets: (any SecretStore)?
  private let providers: [String: any CloudProvider]
  private let links = MachineLinks()
  private let comings = Turnstile()
  private let inbox = Mailbox<Dispatcher.Input>()
  private let transcripts: LiveTranscripts
  private let hasRun = Mutex(false)

  /// - Parameters:
  ///   - store: where everything is kept.
  ///   - secrets: what agents' environments are filled from.
  ///   - providers: what gives machines, besides those that are connected by hand.
  ///   - clock: what time it is.
  ///   - ids: where ids come from.
  ///   - report: hears what goes wrong without anybody waiting for it.
  public init(
    store: any Store, secrets: (any SecretStore)? = nil, providers: [any CloudProvider] = [], clock: WallClock,
    ids: IDSource = IDSource(),
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.store = store
    self.secrets = secrets
    self.providers = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.clock = clock
    self.ids = ids
    self.report = report
    engine = Engine(ids: ids)
    transcripts = LiveTranscripts(store: store)
    store.observeCommits { [inbox, transcripts] changes in
      if !(changes.owed.isEmpty && changes.updated.isEmpty && changes.settled.isEmpty) {
        inbox.post(.committed(changes))
      }
      transcripts.committed(changes.entries)
    }
  }

  /// Performs a command: when it returns, the answer is true and on disk.
  /// - Parameters:
  ///   - command: what is wanted.
  ///   - id: the client-made id; performing the same command with it again gives the same answer.
  ///   - actor: who wants it.
  ///   - correlation: a W3C `traceparent`.
  /// - Throws: ``Rejection`` when it is refused, ``StoreError`` when it cannot be kept.
  @discardableResult
  public func perform<C: Command>(
    _ command: C, id: String? = nil, by actor: Actor = .owner, correlation: String? = nil
  ) async throws -> C.Answer {
    let context = CommandContext(id: id, actor: actor, now: clock.now(), correlation: correlation)
    return try await store.transact { [engine] reader in
      try engine.decide(command, context: context, reader: reader)
    }
  }

  /// Connects a machine: from now on its effects can run. Sessions that were under way there are taken up again.
  /// - Parameters:
  ///   - machine: which.
  ///   - link: the way to it.
  ///   - replaced: called when the machine has connected anew over another link; whoever owns this one closes it.
  /// - Returns: what names this connection when it is cut.
  /// - Throws: ``Rejection`` when the ledger does not know it, or it is on its way out.
  @discardableResult
  public func connect(
    _ machine: MachineID, over link: any MachineLink, replaced: @escaping @Sendable () -> Void = {}
  ) async throws -> MachineConnection {
    // One coming or going at a time: the ledger hears of them in the order in which they happen.
    try await comings.pass {
      let connection = links.connect(machine, link, replaced: replaced)
      do {
        try await perform(MachineConnected(machine: machine), by: .system)
      } catch {
        _ = links.disconnect(connection)
        // It may have replaced one that the ledger counts on.
        if !(error is Rejection) { await noteDisconnected(machine) }
        throw error
      }
      inbox.post(.tick)
      return connection
    }
  }

  /// A way to a machine is cut: its effects wait until it is connected again. When a later one is there already, nothing
  /// happens.
  public func disconnect(_ connection: MachineConnection) async {
    await comings.pass {
      if links.disconnect(connection) { await noteDisconnected(connection.machine) }
    }
  }

  private func noteDisconnected(_ machine: MachineID) async {
    await persistently("note that machine '\(machine)' is not connected") {
      do {
        try await perform(MachineDisconnected(machine: machine), by: .system)
      } catch let refusal as Rejection {
        report("machine '\(machine)' is not connected, and the ledger does not care: \(refusal)")
      }
    }
  }

  /// Starts an agent on a machine for a trial.
  /// - Parameter login: the way of its own in which it logs itself in first; nil = it does not.
  /// - Throws: ``Rejection`` with `no_machine`, ``LinkError``.
  public func check(
    _ profile: ProfileID, on machine: MachineID? = nil, login: String? = nil
  ) async throws -> AgentCheck {
    let profile = try await store.load(Profile.self, profile)
    guard let link = links[machine] else { throw Rejection(.noMachine, "no machine is connected; start samd on one") }
    let trial = try await TrialLogins(profile.launch, secrets)
    let launch = try await runner.launch(trial.launch)
    guard case .checked(var check) = try await link.request(.check(launch, login: login)) else {
      throw LinkError("the machine did not say what agent '\(profile.name)' can do; try again")
    }
    try await trial.keep(&check)
    return check
  }

  /// A transcript from a place on, as it is and as it grows.
  /// - Parameter seq: the last entry that the reader has; 0 = from the start.
  public func follow(_ session: SessionID, after seq: Int64) -> TranscriptReader {
    transcripts.reader(session, after: seq)
  }

  /// Takes in what a machine reports.
  public func deliver(_ batch: OutboxBatch) async throws -> Int64 {
    let machine = Actor(kind: .system, id: "machine")
    return try await perform(IngestBatch(batch: batch), by: machine)
  }

  /// Compares a login file of a session with the secret that it is kept in.
  public func compare(_ login: LoginOffer) async throws -> LoginAnswer {
    let session = try await store.load(Session.self, login.session)
    guard session.epoch == login.epoch else {
      throw Rejection(.superseded, "session '\(session.id)' is served anew; what its agent had before is not kept")
    }
    guard session.launch.files?.contains(where: { $0.secret == login.secret }) == true else {
      throw Rejection(.invalid, "session '\(session.id)' has no file that is kept in secret '\(login.secret)'")
    }
    if let value = login.value { try HomeFile.checkLogin(value, login.secret) }
    guard let answer = try await secrets?.compare(login.secret, known: login.known, value: login.value) else {
      throw Rejection(
        .notFound, "there is no secret '\(login.secret)' any more; set it with 'samctl secret set \(login.secret)'")
    }
    return answer
  }

  /// Runs owed effects until the task is cancelled.
  /// - Throws: ``Rejection`` when it has run before: what was posted since is lost to it.
  public func run() async throws {
    guard
      !hasRun.withLock({ hasRun in
        defer { hasRun = true }
        return hasRun
      })
    else { throw Rejection(.wrongState, "an orchestrator runs once; make a new one over the same store") }
    try await begin()
    let rows = try await store.read { try $0.effects(EffectQuery()) }
    inbox.post(.loaded(rows))
    try await withThrowingDiscardingTaskGroup { group in
      var dispatcher = Dispatcher()
      while true {
        let inputs = await inbox.next()
        if inputs.isEmpty { break }
        for input in inputs {
          for action in dispatcher.on(input, now: clock.moment) { perform(action, in: &group) }
        }
      }
      group.cancelAll()
    }
  }

  /// What a start is to know before anything runs: whether the store came out of a backup, that no machine is
  /// connected yet, and which providers there are.
  private func begin() async throws {
    let meta = try await store.metadata()
    await persistently("note that no machine is connected") { try await perform(ForgetConnections(), by: .system) }
    if meta.restoreGeneration > 0 {
      await persistently("note the restore") {
        try await perform(NoteRestore(generation: meta.restoreGeneration), by: .system)
      }
    }
    for provider in providers.values.sorted(by: { $0.name < $1.name }) {
      await persistently("use provider '\(provider.name)'") {
        try await perform(
          OpenCloud(provider: provider.name, installation: meta.installation, traits: provider.traits), by: .system)
      }
    }
  }

  private var runner: EffectRunner {
    EffectRunner(store: store, secrets: secrets, providers: providers) { [links] id in links[id] }
  }

  private func perform(_ action: Dispatcher.Action, in group: inout ThrowingDiscardingTaskGroup<any Error>) {
    switch action {
    case .run(let row):
      group.addTask { [runner] in
        let outcome = await runner.run(row)
        if Task.isCancelled { return }
        await self.settle(row, outcome)
        self.inbox.post(.finished(row.id))
      }
    case .settleUnknown(let row):
      group.addTask {
        await self.settle(row, .unknown)
        self.inbox.post(.finished(row.id))
      }
    case .lease(let row):
      group.addTask {
        await self.persistently("record that \(row.id) begins") {
          let begun = try await self.perform(LeaseEffect(effect: row.id, attempt: row.attempt), by: .system)
          if !begun { self.inbox.post(.finished(row.id)) }
        }
      }
    case .wake(let time):
      group.addTask { [clock, inbox] in
        // A sleep that ends a little early would be no wake-up at all.
        repeat {
          do { try await clock.sleep(max(.zero, time - clock.uptime())) } catch { return }
        } while clock.uptime() < time
        inbox.post(.tick)
      }
    }
  }

  private func settle(_ row: EffectRow, _ outcome: EffectOutcome) async {
    await persistently("settle \(row.id)") {
      try await self.perform(
        SettleEffect(effect: row.id, attempt: row.attempt, outcome: outcome), by: .system,
        correlation: row.correlation)
    }
  }

  /// Tries until the store takes it: an outcome must not be forgotten because a disk was full for a while.
  private func persistently<Result>(_ what: String, _ body: () async throws -> Result) async {
    var delay = Duration.milliseconds(100)
    while !Task.isCancelled {
      do {
        _ = try await body()
        return
      } catch {
        report("could not \(what), trying again: \(error)")
        do { try await clock.sleep(delay) } catch { return }
        delay = min(delay * 2, .seconds(10))
      }
    }
  }
}
