// SPDX-License-Identifier: Apache-2.0

/// One end of one connection between control plane and machine, as a state machine without I/O.
///
/// Every call that is handed to it comes back exactly once: with the other end's answer, or with the word that the way
/// was cut. It notices by itself when the other end is not there any more, by uptime and never by the wall clock.
///
/// A driver feeds it what happened, performs its actions in order, and transmits what ``next(now:)`` gives whenever the
/// transport can take a frame. The end keeps what waits, so that answers and pings never wait behind calls: a driver
/// takes one frame at a time, and only when it can be sent. The transport keeps the order and loses nothing but its
/// end.
///
/// An end begins with a ``Input/tick``, and a driver that got ``Action/wake(_:)`` gives one at that uptime.
public struct LinkEnd<Asked: LinkExchange, Served: LinkExchange, Token: Hashable & Sendable>: Sendable {
  /// What this end sends.
  public typealias Outgoing = LinkSignal<Asked, Served>
  /// What the other end sends.
  public typealias Incoming = LinkSignal<Served, Asked>

  /// What happened.
  public enum Input: Sendable {
    /// Something is to be asked. The token comes back with what came of it.
    case call(Token, Asked.Call)
    /// Whoever asked does not want to know any more; the call may be carried out all the same.
    case forget(Token)
    /// A signal arrived.
    case received(Incoming)
    /// Part of a frame arrived: the other end is there, and takes long to send it.
    case heard
    /// A call of the other end was served.
    case answer(Int64, LinkAnswer<Served.Answer>)
    /// What ``LinkEnd/next(now:)`` gave cannot be transmitted and was not, for what it is.
    case unsendable(Outgoing, reason: String)
    /// This side wants to end the connection.
    case close(reason: String)
    /// The transport has ended, or what it carries is no frame.
    case lost(reason: String)
    /// Time has passed.
    case tick
  }

  /// What is to be done, in order.
  public enum Action: Hashable, Sendable {
    /// The other end has introduced itself; what is asked goes out from now on.
    case opened(LinkHello)
    /// Serve a call, and give its answer as an input.
    case serve(Int64, Served.Call)
    /// Tell whoever asked what came of it.
    case hand(Token, LinkAnswer<Asked.Answer>)
    /// Transmit what ``LinkEnd/next(now:)`` still gives, at most a farewell, and close the transport.
    case closed(reason: String)
    /// Give a ``Input/tick`` at this uptime.
    case wake(Duration)
  }

  /// Which side of the link this is.
  public enum Role: Hashable, Sendable {
    /// It speaks first.
    case machine
    /// It chooses the version.
    case controlPlane
  }

  enum Phase: Hashable, Sendable {
    /// The other end has not introduced itself.
    case opening
    /// Calls pass.
    case open
    /// It is over.
    case closed
  }

  let role: Role
  let hello: LinkHello
  let limits: LinkLimits
  var phase = Phase.opening
  /// The version that frames have now: until the other end has spoken the oldest one, which it is likeliest to read.
  public internal(set) var version: Int

  // What goes out.
  /// What waits for no call: hello, answers, pings, pongs, farewell.
  var urgent: [Outgoing] = []
  /// Calls that have not been sent.
  var waiting: [(token: Token, call: Asked.Call)] = []
  /// Calls that were sent and not answered; nil = nobody wants to know.
  var unanswered: [Int64: Token?] = [:]
  var lastCall: Int64 = 0
  var lastPing: Int64 = 0

  // What comes in.
  var serving: Set<Int64> = []
  var lastServed: Int64 = 0
  /// How many signals were passed over: answers to what is answered, calls that were there before.
  public internal(set) var repeated = 0

  // Time, as uptime.
  var heardAt: Duration
  var sentAt: Duration
  /// When the tick comes that was asked for.
  var wakeAt: Duration?

  /// - Parameters:
  ///   - role: which side of the link this is.
  ///   - hello: how it introduces itself, with the versions that it speaks, at least one.
  ///   - limits: how long and how much it waits.
  ///   - now: when the transport was connected.
  public init(_ role: Role, hello: LinkHello, limits: LinkLimits = LinkLimits(), now: Moment) {
    self.role = role
    self.hello = hello
    self.limits = limits
    version = hello.versions.min() ?? 1
    heardAt = now.uptime
    sentAt = now.uptime
    if role == .machine { urgent.append(.hello(hello)) }
  }

  /// Whether calls pass: the other end has introduced itself, and it is not over.
  public var isOpen: Bool { phase == .open }
  /// Whether it is over.
  public var isClosed: Bool { phase == .closed }

  /// Takes in what happened.
  /// - Returns: what is to be done, in order.
  public mutating func on(_ input: Input, now: Moment) -> [Action] {
    // Whatever comes when it is over is late; only a caller is told so.
    guard phase != .closed else {
      guard case .call(let token, _) = input else { return [] }
      return [.hand(token, .failed(Self.away("it is closed")))]
    }
    var actions: [Action] = []
    switch input {
    case .call(let token, let call): waiting.append((token, call))
    case .forget(let token): forget(token)
    case .received(let signal):
      heardAt = max(heardAt, now.uptime)
      receive(signal, &actions)
    case .heard: heardAt = max(heardAt, now.uptime)
    case .answer(let id, let answer):
      if serving.remove(id) != nil { urgent.append(.answer(id, answer)) }
    case .unsendable(let signal, let reason): takeBack(signal, reason, &actions)
    case .close(let reason): part(reason, &actions)
    case .lost(let reason): end(reason, &actions)
    case .tick: tick(now.uptime, &actions)
    }
    return actions
  }

  /// Whether ``next(now:)`` gives something.
  public var hasNext: Bool {
    !urgent.isEmpty || (phase == .open && !waiting.isEmpty && unanswered.count < limits.unanswered)
  }

  /// What goes out next; nil = nothing for now. Ask again after every input.
  public mutating func next(now: Moment) -> Outgoing? {
    if !urgent.isEmpty {
      sentAt = max(sentAt, now.uptime)
      return urgent.removeFirst()
    }
    guard hasNext else { return nil }
    sentAt = max(sentAt, now.uptime)
    let (token, call) = waiting.removeFirst()
    lastCall += 1
    unanswered.updateValue(token, forKey: lastCall)
    return .call(lastCall, call)
  }
}

/// How long and how much the ends of a link wait.
public struct LinkLimits: Hashable, Sendable {
  /// After how long without sending anything an end sends a ping.
  public var ping: Duration
  /// After how long without hearing anything an end takes the other one for gone.
  public var silence: Duration
  /// How many calls an end has served and sent at a time, in each direction: what is beyond waits at its sender.
  public var unanswered: Int
  /// - Parameters: as the properties of the same names.
  public init(ping: Duration = .seconds(10), silence: Duration = .seconds(30), unanswered: Int = 1_024) {
    self.ping = ping
    self.silence = silence
    self.unanswered = unanswered
  }
}
