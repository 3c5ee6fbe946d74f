// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore
internal import SAMRPC
internal import Synchronization

/// One end of one connection: performs what a `LinkEnd` decides, over a stream of bytes that carries a frame a line.
///
/// The same for a machine in this process and for one at the other end of a wire; both sides run it.
final class LinkConnection<Asked: FramedExchange, Served: FramedExchange>: Sendable {
  typealias End = LinkEnd<Asked, Served, Int>

  private struct State {
    var end: End
    var callers: [Int: OneShot<Asked.Answer>] = [:]
    var count = 0
    /// When the end wants to be woken.
    var wakeAt: Duration?
    /// Whether a frame is being written: one at a time.
    var isWriting = false
  }

  private let transport: any RPCTransport
  private let clock: WallClock
  private let state: Mutex<State>
  private let mayWrite = Signal()
  /// Who the other side is; nil = it never said.
  private let hello = Promise<LinkHello?>()
  /// Why it is over.
  private let end = Promise<String>()
  private let farewell = OneShot<Void>()

  /// How long a last word may take to leave.
  private static var grace: Duration { .seconds(1) }

  /// - Parameters:
  ///   - role: which side this is.
  ///   - hello: how it introduces itself.
  ///   - transport: the stream, which is closed when the connection ends.
  ///   - clock: what time it is.
  init(
    _ role: End.Role, hello: LinkHello, over transport: any RPCTransport, clock: WallClock,
    limits: LinkLimits = LinkLimits()
  ) {
    self.transport = transport
    self.clock = clock
    state = Mutex(State(end: End(role, hello: hello, limits: limits, now: clock.moment)))
  }

  /// Asks the other side and waits for its answer; before the connection is open, the call waits.
  /// - Throws: ``Rejection``, ``LinkError``, `CancellationError`.
  func call(_ call: Asked.Call) async throws -> Asked.Answer {
    let answer = OneShot<Asked.Answer>()
    let token = state.withLock { state in
      state.count += 1
      state.callers[state.count] = answer
      return state.count
    }
    apply(.call(token, call))
    // Writing what is due right here saves a change of tasks. A cancellation waits until the frame has left.
    await transmit()
    do {
      return try await answer.value()
    } catch {
      // After an answer there is nobody to forget.
      if state.withLock({ $0.callers.removeValue(forKey: token) }) != nil { apply(.forget(token)) }
      throw error
    }
  }

  /// Ends the connection and tells the other side why. Doing it twice is no error.
  func close(because reason: String) { apply(.close(reason: reason)) }

  /// Waits until the other side has introduced itself; nil = it ended first, or the task was cancelled.
  func opened() async -> LinkHello? {
    do { return try await hello.value() } catch { return nil }
  }

  /// Waits until the connection has ended, also in a task that is cancelled.
  /// - Returns: why.
  func ended() async -> String { await end.valueRegardless() }

  // MARK: Running

  /// Runs the connection until it ends and all that was served has come to an end. Call it once. Cancelling the task
  /// ends the connection, and what is being served.
  /// - Parameter serve: does what the other side asks.
  func run(serve: @escaping @Sendable (Served.Call) async throws -> Served.Answer) async {
    await withTaskCancellationHandler {
      await withDiscardingTaskGroup { group in
        group.addTask { await self.read(serve) }
        group.addTask { await self.write() }
        group.addTask { await self.tick() }
        _ = await ended()
        await sayFarewell()
        transport.close()
      }
    } onCancel: {
      close(because: "this side is being stopped")
    }
  }

  private func sayFarewell() async {
    await withTaskGroup { group in
      // Whichever comes first; an error is a cancellation and means the same.
      group.addTask { do { try await self.farewell.value() } catch { return } }
      group.addTask { do { try await self.clock.sleep(Self.grace) } catch { return } }
      await group.next()
      group.cancelAll()
    }
  }

  private func read(_ serve: @escaping @Sendable (Served.Call) async throws -> Served.Answer) async {
    // Whatever is being served when the connection ends goes on: it will be asked for again, and is done then.
    await withDiscardingTaskGroup { group in
      var framer = LineFramer(limit: LinkFrame.maxBytes)
      do {
        while let chunk = try await transport.read() {
          let frames = framer.append(chunk)
          if frames.isEmpty { apply(.heard) }
          for frame in frames {
            guard case .line(let line) = frame else {
              throw LinkFrameError(.tooLarge, "a frame is over the limit of \(LinkFrame.maxBytes) bytes")
            }
            let signal: End.Incoming = try LinkFrame(decoding: line).signal()
            for case .serve(let id, let call) in apply(.received(signal)) {
              // Immediate, so that calls are begun in the order in which they came.
              group.addImmediateTask { await self.answer(id, call, serve) }
            }
          }
        }
        apply(.lost(reason: "the other side is gone"))
      } catch let error as LinkFrameError {
        // The stream is there, and the other side may be told.
        close(because: "\(error)")
      } catch {
        apply(.lost(reason: "\(error)"))
      }
    }
  }

  private func answer(
    _ id: Int64, _ call: Served.Call, _ serve: @Sendable (Served.Call) async throws -> Served.Answer
  ) async {
    let answer: LinkAnswer<Served.Answer>
    do { answer = .given(try await serve(call)) } catch { answer = LinkAnswer(error) }
    apply(.answer(id, answer))
    await transmit()
  }

  private func write() async {
    defer { farewell.set(.success(())) }
    while true {
      while await transmit() {}
      if state.withLock({ $0.end.isClosed && !$0.end.hasNext && !$0.isWriting }) { return }
      do {
        try await mayWrite.wait()
      } catch {
        // Nobody can wait in a task that is cancelled: whoever writes at the moment has the last word.
        close(because: "this side is being stopped")
        while await transmit() {}
        return
      }
    }
  }

  /// Writes the next frame, unless another is being written.
  /// - Returns: whether there was one.
  @discardableResult
  private func transmit() async -> Bool {
    let now = clock.moment
    let next = state.withLock { state -> (signal: End.Outgoing, version: Int)? in
      guard !state.isWriting, let signal = state.end.next(now: now) else { return nil }
      state.isWriting = true
      return (signal, state.end.version)
    }
    guard let next else { return false }
    do {
      let bytes = try LinkFrame(next.signal, version: next.version).encoded()
      do { try await transport.write(bytes) } catch { apply(.lost(reason: "\(error)")) }
    } catch {
      apply(.unsendable(next.signal, reason: "\(error)"))
    }
    state.withLock { $0.isWriting = false }
    wakeWriter()
    return true
  }

  private func wakeWriter() {
    if state.withLock({ !$0.isWriting && ($0.end.hasNext || $0.end.isClosed) }) { mayWrite.raise() }
  }

  private func tick() async {
    apply(.tick)
    while let time = state.withLock({ state in state.wakeAt.take() }) {
      // A sleep that ends a little early would be no wake-up at all.
      repeat {
        do { try await clock.sleep(max(.zero, time - clock.uptime())) } catch { return }
      } while clock.uptime() < time
      apply(.tick)
    }
  }

  /// Gives an input to the end and does what it says.
  /// - Returns: all actions, of which the caller has to serve what is to be served.
  @discardableResult
  private func apply(_ input: End.Input) -> [End.Action] {
    let now = clock.moment
    let (actions, tellings) = state.withLock { state in
      let actions = state.end.on(input, now: now)
      var tellings: [(OneShot<Asked.Answer>, LinkAnswer<Asked.Answer>)] = []
      for action in actions {
        switch action {
        case .hand(let token, let answer):
          if let caller = state.callers.removeValue(forKey: token) { tellings.append((caller, answer)) }
        case .wake(let time): state.wakeAt = time
        default: break
        }
      }
      return (actions, tellings)
    }
    for (caller, answer) in tellings { caller.set(Result { try answer.get() }) }
    for action in actions {
      switch action {
      case .opened(let other): hello.keep(other)
      case .closed(let reason):
        hello.keep(nil)
        end.keep(reason)
      case .serve, .hand, .wake: break
      }
    }
    switch input {
    // Whoever gives these writes what is due.
    case .call, .answer: break
    default: wakeWriter()
    }
    return actions
  }
}

extension LinkConnection: MachineUplink where Asked == MachineReports, Served == MachineRequests {
  /// Reports to the control plane.
  func deliver(_ batch: OutboxBatch) async throws -> Int64 {
    guard case .acknowledged(let through) = try await call(.items(batch)) else { throw Self.misunderstood }
    return through
  }

  /// Has the control plane compare a login file.
  func compare(_ login: LoginOffer) async throws -> LoginAnswer {
    guard case .login(let answer) = try await call(.login(login)) else { throw Self.misunderstood }
    return answer
  }

  private static var misunderstood: LinkError {
    LinkError("the control plane answered something else than was asked; check that both sides are SAM")
  }
}

extension LinkConnection: MachineLink where Asked == MachineRequests, Served == MachineReports {
  /// Asks the machine.
  func request(_ request: MachineRequest) async throws -> MachineReply { try await call(request) }
}
