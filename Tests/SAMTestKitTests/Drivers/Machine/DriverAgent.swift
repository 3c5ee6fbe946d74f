// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Synchronization

/// One run of an agent that takes its time, asks, dies and is deaf as chance has it. The last thing that it posts is that
/// it is gone.
final class DriverAgent: Sendable {
  enum Command: Sendable {
    case open(load: String?)
    case choose([String: String])
    case prompt(TurnID, String)
    case cancel
  }
  private struct State {
    var isCancelled = false
    var question: (id: ApprovalID, waiter: CheckedContinuation<String?, Never>)?
  }

  let number: Int
  private let memory: AgentMemory
  private let run: ExecutorRun
  private let post: @Sendable (SessionHost.Input) -> Void
  private let commands = Mailbox<Command>()
  private let state = Mutex(State())

  init(number: Int, memory: AgentMemory, run: ExecutorRun, post: @escaping @Sendable (SessionHost.Input) -> Void) {
    self.number = number
    self.memory = memory
    self.run = run
    self.post = post
  }

  func perform(_ command: Command) { commands.post(command) }

  /// Ends it by force.
  func stop() { commands.close() }

  func respond(_ approval: ApprovalID, _ option: String?) {
    let waiter = state.withLock { state -> CheckedContinuation<String?, Never>? in
      guard let question = state.question, question.id == approval else { return nil }
      state.question = nil
      return question.waiter
    }
    waiter?.resume(returning: option)
  }

  func execute() async {
    do {
      try await run.pause(upTo: 30)
      post(.agentReady(run: number, AgentAbilities(load: true, name: "scripted")))
      try await withThrowingDiscardingTaskGroup { group in
        var conversation = ""
        while true {
          let batch = await commands.next()
          if batch.isEmpty { break }
          for command in batch {
            switch command {
            case .open(let load):
              try await run.pause(upTo: 20)
              let (id, replayed) = memory.open(load)
              conversation = id
              post(.conversationOpen(run: number, id: id, loaded: replayed != nil, replayed: replayed ?? []))
            case .choose:
              try await run.pause(upTo: 20)
              post(.chosen(run: number, refused: []))
            case .prompt(let turn, let text):
              memory.take(turn)
              run.note("agent has \(turn)")
              state.withLock { $0.isCancelled = false }
              group.addTask { [conversation] in try await self.work(on: turn, text, in: conversation) }
            case .cancel: cancel()
            }
          }
        }
        group.cancelAll()
      }
    } catch {
      run.note("agent \(number) stops: \(error)")
    }
    post(.agentExited(run: number, reason: "exit status 1"))
  }

  private func cancel() {
    let waiter = state.withLock { state -> CheckedContinuation<String?, Never>? in
      state.isCancelled = true
      defer { state.question = nil }
      return state.question?.waiter
    }
    waiter?.resume(returning: nil)
  }

  /// Does what a prompt says.
  private func work(on turn: TurnID, _ text: String, in conversation: String) async throws {
    let isDeaf = run.oneIn(8)
    let chunks = 1 + run.draw(3)
    for chunk in 0...chunks {
      // Some come in a burst.
      if run.oneIn(2) { try await run.pause(upTo: 60) }
      if run.oneIn(25) { return stop() }
      if !isDeaf, state.withLock({ $0.isCancelled }) { return end(turn, "cancelled") }
      if chunk == 0 {
        memory.remember(text, in: conversation)
      } else {
        post(.update(run: number, .agent(TextBlock("\(chunk) ")), raw: nil, echo: nil))
      }
      if run.oneIn(4) {
        let answer = await ask()
        post(.update(run: number, .tool(ToolActivity(id: "t\(chunk)", output: answer)), raw: nil, echo: nil))
      }
    }
    if run.oneIn(2) { try await run.pause(upTo: 30) }
    if isDeaf, state.withLock({ $0.isCancelled }) { try await run.clock.sleep(for: .seconds(3600)) }
    end(turn, "end_turn")
  }

  private func end(_ turn: TurnID, _ reason: String) {
    post(.answered(run: number, turn, .finished(stopReason: reason)))
  }

  private func ask() async -> String? {
    let id = memory.newApproval()
    let options = [
      ApprovalOption(id: "yes", name: "Allow", kind: "allow_once"),
      ApprovalOption(id: "no", name: "Refuse", kind: "reject_once"),
    ]
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state -> Bool in
          if Task.isCancelled || state.isCancelled { return true }
          state.question = (id, continuation)
          return false
        }
        if isOver {
          continuation.resume(returning: nil)
        } else {
          post(.permission(run: number, id, title: "May I?", tool: nil, options: options))
        }
      }
    } onCancel: {
      respond(id, nil)
    }
  }
}
