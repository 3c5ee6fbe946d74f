// SPDX-License-Identifier: Apache-2.0

/// The machine's side of one session: inbox, outbox and agent, as a state machine without I/O.
///
/// A driver feeds it what happened and performs its actions **in order, one after the other**: an action after
/// ``Action/sync`` happens only when the disk has what was journalled before it. That order carries the promises:
/// a prompt is acknowledged after it is on disk, and handed over after the hand-over is on disk, once.
public struct SessionHost: Sendable {
  /// What happened.
  public enum Input: Sendable {
    /// The control plane wants the session served. `turn` is one that must be known here.
    case attach(SessionSpec, turn: TurnID? = nil)
    /// A prompt arrived.
    case deliver(PromptDelivery)
    /// A turn is to be cancelled.
    case cancel(TurnID)
    /// An approval was answered; nil = cancelled.
    case answer(ApprovalID, option: String?, values: [String: FormValue]? = nil)
    /// The agent is to end.
    case end
    /// The control plane has items through a sequence.
    case acknowledged(Int64)
    /// A batch did not get through.
    case deliveryFailed
    /// The control plane serves a later epoch.
    case superseded
    /// The agent of a run is initialised.
    case agentReady(run: Int, AgentAbilities)
    /// The conversation is open. What a load replayed as the user's prompts is in `replayed`; nil = it replayed nothing.
    case conversationOpen(run: Int, id: String, loaded: Bool, replayed: [String]?)
    /// The agent of a run could not be started or opened. `mayPass` = another try may work: it ended by itself.
    case agentFailed(run: Int, reason: String, mayPass: Bool = false)
    /// The agent of a run is gone.
    case agentExited(run: Int, reason: String)
    /// The agent said something. `echo` = it repeats the user's prompt.
    case update(run: Int, EntryBody?, raw: JSONText?, echo: String?)
    /// The agent asks for permission.
    case permission(
      run: Int, ApprovalID, title: String, tool: ToolActivity?, options: [ApprovalOption], form: ApprovalForm? = nil)
    /// The agent answered a prompt.
    case answered(run: Int, TurnID, TurnEnd)
    /// What the agent lets people set, and what holds: when its conversation is open, and whenever it has changed.
    case settings(run: Int, [AgentSetting])
    /// What was chosen is set, or was refused.
    case chosen(run: Int, refused: [RefusedSetting])
    /// Time has passed.
    case tick
  }

  /// What is to be done, in order.
  public enum Action: Sendable, Equatable {
    /// Append to the journal; it is written at once and synced soon.
    case journal(JournalRecord)
    /// Wait until the disk has the journal.
    case sync
    /// Answer the request that this input came with.
    case reply(MachineReply)
    /// Start the agent.
    case startAgent(run: Int, SessionSpec)
    /// Open a conversation: load this one, or begin a new one.
    case open(run: Int, load: String?)
    /// Set what was chosen, where it does not hold already.
    case choose(run: Int, [String: String])
    /// Hand a prompt over. `history` = what the agent is told before it, because its conversation is new and the session's
    /// is not.
    case prompt(
      run: Int, TurnID, text: String, attachments: [HandedAttachment], history: String?, correlation: String?)
    /// Ask the agent to stop its turn.
    case cancelPrompt(run: Int)
    /// Answer what the agent asked; nil = cancelled.
    case respond(run: Int, ApprovalID, option: String?, values: [String: FormValue]? = nil)
    /// End the agent and all that it started.
    case stopAgent(run: Int)
    /// Send a batch to the control plane.
    case send(OutboxBatch)
    /// Stop reading the agent: too much waits.
    case pauseReading
    /// Read the agent again.
    case resumeReading
    /// Say ``Input/tick`` at this uptime.
    case wake(Duration)
  }

  /// The settings of a machine that concern sessions.
  public struct Settings: Hashable, Sendable {
    /// How long an agent may take to answer a cancel before it is killed.
    public var cancelGrace: Duration
    /// How long an idle agent is kept.
    public var idle: Duration
    /// How long an agent may work without a word until that is said.
    public var silence: Duration
    /// - Parameters: as the properties of the same names.
    public init(
      cancelGrace: Duration = .seconds(20), idle: Duration = .seconds(120), silence: Duration = .seconds(600)
    ) {
      self.cancelGrace = cancelGrace
      self.idle = idle
      self.silence = silence
    }
  }

  enum Agent: Hashable, Sendable {
    /// None runs.
    case none
    /// The process starts and initialises.
    case starting
    /// Its conversation is being opened; `load` = a replay goes to the comparator.
    case opening(load: Bool)
    /// It waits for a prompt, and is ended when none has come until then.
    case idle(until: Duration)
    /// What was chosen is being set, before a prompt is handed over.
    case choosing
    /// It works.
    case busy(Job)
    /// It is being ended.
    case stopping
  }

  /// What an agent works on. What is waited for meanwhile ends with it.
  struct Job: Hashable, Sendable {
    let turn: TurnID
    /// When the agent is killed because it did not answer a cancel.
    var killAt: Duration?
    /// When it has been silent for too long.
    var silentAt: Duration?
    /// Whether that was said, and it has said nothing since.
    var isSilent = false
  }

  /// The session.
  public let session: SessionID
  let settings: Settings
  var spec: SessionSpec?
  var inbox = PromptInbox()
  var outbox = EntryOutbox()
  var recollection = Recollection()
  var coalescer = Coalescer()
  var agent = Agent.none
  var run = 0
  var abilities = AgentAbilities()
  var conversation: String?
  /// What the running agent was told of what people chose.
  var toldChoices: [String: String] = [:]
  /// What can be set and what holds, as it was reported last.
  var offered: [AgentSetting]?
  /// Approvals that the running agent waits for.
  var asked: [ApprovalID] = []
  /// How long this process has run: what is waited for is counted by it, never by the wall clock.
  var uptime = Duration.zero
  /// The epoch of the batch that is on its way.
  var sending: Int64?
  /// Whether a later epoch is served elsewhere: nothing is sent or handed over until a later one is served here.
  var superseded = false
  var retryAt: Duration?
  var restarts = RestartPolicy()
  var failures = 0
  var paused = false
  /// Whether the journal has records that are not known to be on disk.
  var dirty = false
  var actions: [Action] = []

  /// - Parameters:
  ///   - session: the session.
  ///   - journal: what the journal on disk holds, in order.
  ///   - settings: the machine's settings.
  public init(session: SessionID, journal: [JournalRecord], settings: Settings = Settings()) {
    self.session = session
    self.settings = settings
    for record in journal { fold(record) }
  }

  /// Takes in what happened.
  /// - Returns: what is to be done, in order.
  public mutating func on(_ input: Input, now: Moment) -> [Action] {
    defer { actions = [] }
    uptime = max(uptime, now.uptime)
    handle(input, now.wall)
    settle(now.wall)
    return actions
  }

  /// What the agent works on; nil = it does not work.
  var job: Job? { if case .busy(let job) = agent { job } else { nil } }

  /// Whether nothing is going on: no agent, nothing to send.
  public var isQuiet: Bool {
    agent == .none && outbox.waiting.isEmpty && (superseded || (inbox.next == nil && inbox.current == nil))
  }

  private mutating func handle(_ input: Input, _ now: Timestamp) {
    switch input {
    case .attach(let spec, let turn):
      // The connection is new: what waits need not wait longer.
      retryAt = nil
      guard take(spec, now) else { return }
      if let turn { vouch(for: turn, now) }
      actions.append(.reply(.done))
    case .deliver(let delivery): receive(delivery, now)
    case .cancel(let turn): cancel(turn, now)
    case .answer(let approval, let option, let values): answer(approval, option, values)
    case .end:
      endAgent(because: "the session was ended", now)
      actions.append(.reply(.done))
    case .acknowledged(let through): acknowledge(through)
    case .deliveryFailed:
      sending = nil
      failures += 1
      retryAt = uptime + .milliseconds(min(10_000, 50 << min(failures, 8)))
    case .superseded: supersede()
    case .tick: tick(now)
    default: fromAgent(input, now)
    }
  }

  /// What every input may lead to, once it is taken in.
  private mutating func settle(_ now: Timestamp) {
    work(now)
    watch()
    send()
    if outbox.isFull, !paused {
      paused = true
      actions.append(.pauseReading)
    } else if paused, outbox.hasRoom {
      paused = false
      actions.append(.resumeReading)
    }
    let own: [Duration?] =
      switch agent {
      case .idle(let end): [end]
      case .busy(let job): [job.killAt, job.silentAt]
      default: []
      }
    if let next = ([coalescer.deadline, retryAt, restarts.due] + own).compactMap(\.self).min() {
      actions.append(.wake(next))
    }
  }

  /// An agent that works is to say something from time to time, unless it waits for an answer.
  private mutating func watch() {
    guard case .busy(var job) = agent else { return }
    if !asked.isEmpty || job.killAt != nil || job.isSilent {
      job.silentAt = nil
    } else if job.silentAt == nil {
      job.silentAt = uptime + settings.silence
    }
    agent = .busy(job)
  }

  mutating func record(_ record: JournalRecord) {
    fold(record)
    dirty = true
    actions.append(.journal(record))
  }

  /// What is journalled so far must be on disk before the next action.
  mutating func sync() {
    guard dirty else { return }
    dirty = false
    actions.append(.sync)
  }

  private mutating func fold(_ record: JournalRecord) {
    inbox.apply(record)
    outbox.apply(record)
    recollection.apply(record, inbox)
    if case .conversation(let id) = record { conversation = id }
  }

  mutating func report(_ content: OutboxItem.Content, turn: TurnID?, _ now: Timestamp) {
    record(.item(OutboxItem(sequence: outbox.last + 1, at: now, turn: turn, content: content)))
  }

  mutating func say(_ body: EntryBody, raw: JSONText? = nil, turn: TurnID?, _ now: Timestamp) {
    report(.entry(body, raw: raw), turn: turn, now)
  }

  private mutating func send() {
    guard sending == nil, retryAt == nil, let batch = outbox.nextBatch(of: session) else { return }
    sending = batch.epoch
    // What the control plane has must never be missing here after a crash: its number would be given out twice.
    sync()
    actions.append(.send(batch))
  }

  private mutating func acknowledge(_ through: Int64) {
    failures = 0
    guard answersCurrentEpoch() else { return }
    guard through > outbox.acknowledged, through <= outbox.last else { return }
    record(.acknowledged(through))
  }

  /// The batch on its way was answered.
  /// - Returns: false when it was of an earlier epoch, whose numbers mean nothing now.
  private mutating func answersCurrentEpoch() -> Bool {
    defer { sending = nil }
    return sending.map { $0 == outbox.epoch } ?? true
  }

  /// A later epoch is served elsewhere: the agent ends, nothing more is said or handed over. How its turns end is
  /// for the later epoch to say.
  private mutating func supersede() {
    guard answersCurrentEpoch() else { return }
    superseded = true
    outbox.apply(.acknowledged(outbox.last))
    _ = coalescer.finish()
    retryAt = nil
    stop()
  }

  private mutating func tick(_ now: Timestamp) {
    if let deadline = coalescer.deadline, deadline <= uptime, let body = coalescer.flush() {
      say(body, turn: inbox.current?.turn, now)
    }
    if let time = retryAt, time <= uptime { retryAt = nil }
    restarts.tick(uptime)
    switch agent {
    case .idle(let end) where end <= uptime: endAgent(because: "it was idle", now)
    case .busy(var job):
      if let time = job.killAt, time <= uptime { return kill(job, now) }
      if let time = job.silentAt, time <= uptime {
        job.isSilent = true
        agent = .busy(job)
        report(.silent(since: now + (.zero - settings.silence)), turn: job.turn, now)
      }
    default: break
    }
  }

  /// The agent was asked to stop, and works on.
  private mutating func kill(_ job: Job, _ now: Timestamp) {
    finishText(now)
    let seconds = settings.cancelGrace.components.seconds
    say(.notice(Notice(.warning, "the agent did not stop within \(seconds) s and was ended")), turn: job.turn, now)
    over(job.turn, .finished(stopReason: "cancelled"), now)
    endAgent(because: "it did not answer the cancel", now)
  }
}

/// What an agent can do, as far as serving a session needs it.
public struct AgentAbilities: Codable, Hashable, Sendable {
  /// It can take up an earlier conversation.
  public var load: Bool
  /// It takes pictures in a prompt.
  public var images: Bool
  /// It takes the texts of files in a prompt.
  public var embeds: Bool
  /// What it calls itself.
  public var name: String?
  /// What its definition wants of it and it cannot do, in sentences for people.
  public var lacks: [String]
  /// - Parameters: as the properties of the same names.
  public init(
    load: Bool = false, images: Bool = false, embeds: Bool = false, name: String? = nil, lacks: [String] = []
  ) {
    self.load = load
    self.images = images
    self.embeds = embeds
    self.name = name
    self.lacks = lacks
  }
}
