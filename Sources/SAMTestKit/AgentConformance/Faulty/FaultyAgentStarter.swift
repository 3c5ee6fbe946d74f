// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC
internal import Synchronization

/// Runs faulty agents inside this process, which is fast: for tests of the checks themselves.
public final class FaultyAgentStarter: AgentStarter {
  /// The folder for the agents.
  public let workspace: String
  private let fault: FaultyAgent.Fault
  private let store = FaultyAgentStore()
  private let jobs: AsyncStream<Instance>.Continuation

  private init(_ fault: FaultyAgent.Fault, workspace: String, jobs: AsyncStream<Instance>.Continuation) {
    self.fault = fault
    self.workspace = workspace
    self.jobs = jobs
  }

  /// Runs a body that starts agents; all have ended when it returns.
  ///
  /// - Parameters:
  ///   - fault: What the agents do wrong.
  ///   - workspace: The folder for them, which must exist.
  ///   - body: Uses the starter.
  public static func withAgents<Value: Sendable>(
    _ fault: FaultyAgent.Fault, workspace: String, _ body: (FaultyAgentStarter) async -> Value
  ) async -> Value {
    let (stream, jobs) = AsyncStream.makeStream(of: Instance.self)
    return await withDiscardingTaskGroup { group in
      group.addTask {
        await withDiscardingTaskGroup { agents in
          for await instance in stream { agents.addTask { await instance.serve() } }
        }
      }
      let value = await body(FaultyAgentStarter(fault, workspace: workspace, jobs: jobs))
      jobs.finish()
      group.cancelAll()
      return value
    }
  }

  /// Starts an agent.
  public func start() async throws -> any AgentInstance {
    let instance = Instance(fault, store)
    jobs.yield(instance)
    return instance
  }

  private final class Instance: AgentInstance {
    let transport: any RPCTransport
    let lastWords = ""
    private let agent: FaultyAgent
    private let fault: FaultyAgent.Fault
    private let store: FaultyAgentStore
    private let ended = Mutex<AgentEnd?>(nil)

    init(_ fault: FaultyAgent.Fault, _ store: FaultyAgentStore) {
      let (near, far) = MemoryTransport.pair()
      let processes = Leftovers()
      transport = near
      self.fault = fault
      self.store = store
      self.processes = processes
      agent = FaultyAgent(fault, store: store, transport: far, leaveProcess: { processes.add("sleep 600") })
    }

    private let processes: Leftovers

    func serve() async {
      let end = await agent.run()
      ended.withLock { $0 = end }
    }

    func waitForEnd() async throws -> AgentEnd {
      while true {
        if let end = ended.withLock({ $0 }) { return end }
        try await Task.sleep(for: .milliseconds(2))
      }
    }

    func running() async -> [String] { processes.all }

    func kill() async {
      if fault == .forgetsWhenKilled, ended.withLock({ $0 }) == nil { store.clear() }
      agent.kill()
    }
  }

  private final class Leftovers: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }
}
