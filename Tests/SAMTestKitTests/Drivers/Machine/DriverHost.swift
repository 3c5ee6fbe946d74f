// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// Serves one session: a mailbox before a ``SessionHost``, its actions performed one after the other.
final class DriverHost: Sendable {
  private struct Message: Sendable {
    var input: SessionHost.Input
    var reply: OneReply?
    /// Which wake-up this is.
    var wake: Duration?
  }
  private struct Local {
    var host: SessionHost
    var agent: DriverAgent?
    var wakes: Set<Duration> = []
  }

  private let session: SessionID
  private let disk: MachineDisk
  private let boot: Int
  private let uplink: any MachineUplink
  private let run: ExecutorRun
  private let mailbox: HostMailbox<Message>
  private let forgetsReplies: Bool

  init(_ session: SessionID, disk: MachineDisk, uplink: any MachineUplink, run: ExecutorRun, flaw: Flaw?) {
    self.session = session
    self.disk = disk
    self.boot = disk.boot
    self.uplink = uplink
    self.run = run
    forgetsReplies = flaw == .forgottenReplies
    mailbox = HostMailbox(isForgetful: flaw == .forgetfulMailbox)
  }

  func request(_ input: SessionHost.Input) async throws -> MachineReply {
    let reply = OneReply()
    guard mailbox.post(Message(input: input, reply: reply)), let answer = await reply.value() else {
      throw LinkError("session '\(session)' is being ended on its machine")
    }
    return answer
  }

  /// Serves until the task is cancelled, as a process does that is killed.
  func serve() async {
    var local = Local(
      host: SessionHost(
        session: session, journal: disk.records(session),
        settings: .init(cancelGrace: .seconds(2), idle: .seconds(5), silence: .seconds(60))))
    await withDiscardingTaskGroup { group in
      do {
        while !Task.isCancelled {
          let batch = await mailbox.next()
          if batch.isEmpty { break }
          do {
            for message in batch { try await take(message, &local, &group) }
          } catch {
            if !forgetsReplies { for message in batch { message.reply?.give(nil) } }
            throw error
          }
        }
      } catch {
        run.note("host of \(session) ends: \(error)")
      }
      mailbox.close()
      for message in await mailbox.next() { message.reply?.give(nil) }
      local.agent?.stop()
      group.cancelAll()
    }
  }

  private func take(_ message: Message, _ local: inout Local, _ group: inout DiscardingTaskGroup) async throws {
    if let wake = message.wake { local.wakes.remove(wake) }
    for action in local.host.on(message.input, now: run.clock.wallClock.moment) {
      try await perform(action, message.reply, &local, &group)
    }
    // Whatever the host did not answer is answered: nobody waits for ever.
    message.reply?.give(nil)
  }

  private func perform(
    _ action: SessionHost.Action, _ reply: OneReply?, _ local: inout Local, _ group: inout DiscardingTaskGroup
  ) async throws {
    switch action {
    case .journal(let record): try disk.append(record, session, boot: boot)
    case .sync: try await disk.sync(session, boot: boot, run)
    case .reply(let answer): reply?.give(answer)
    case .startAgent(let number, _):
      let agent = DriverAgent(number: number, memory: disk.memory(session), run: run) { [mailbox] input in
        mailbox.post(Message(input: input))
      }
      local.agent = agent
      group.addTask { await agent.execute() }
    case .open(_, let load): local.agent?.perform(.open(load: load))
    case .choose(_, let chosen): local.agent?.perform(.choose(chosen))
    case .prompt(_, let turn, let text, _, _, _): local.agent?.perform(.prompt(turn, text))
    case .cancelPrompt: local.agent?.perform(.cancel)
    case .respond(_, let approval, let option, _): local.agent?.respond(approval, option)
    case .stopAgent: local.agent?.stop()
    case .send(let batch): group.addTask { await self.send(batch) }
    case .pauseReading, .resumeReading: break
    case .wake(let time):
      guard !local.wakes.contains(where: { $0 <= time }) else { return }
      local.wakes.insert(time)
      group.addTask { [mailbox, run] in
        do { try await run.clock.sleep(for: time - run.clock.uptime) } catch { return }
        mailbox.post(Message(input: .tick, wake: time))
      }
    }
  }

  private func send(_ batch: OutboxBatch) async {
    do {
      let through = try await uplink.deliver(batch)
      mailbox.post(Message(input: .acknowledged(through)))
    } catch let error as Rejection where error.code == .superseded {
      mailbox.post(Message(input: .superseded))
    } catch {
      mailbox.post(Message(input: .deliveryFailed))
    }
  }
}

/// An answer that is given once and waited for once.
final class OneReply: Sendable {
  private struct State {
    var answer: MachineReply??
    var waiter: CheckedContinuation<MachineReply?, Never>?
  }
  private let state = Mutex(State())

  /// Gives the answer; a second one is passed over. Nil = there will be none.
  func give(_ answer: MachineReply?) {
    let waiter = state.withLock { state -> CheckedContinuation<MachineReply?, Never>? in
      guard state.answer == nil else { return nil }
      state.answer = .some(answer)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: answer)
  }

  func value() async -> MachineReply? {
    await withCheckedContinuation { continuation in
      let answer = state.withLock { state -> MachineReply?? in
        if state.answer == nil { state.waiter = continuation }
        return state.answer
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }
}
