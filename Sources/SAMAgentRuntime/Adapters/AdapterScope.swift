// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// The tasks of an adapter: what must go on after the request that began it has been answered.
///
/// All of them belong to the scope of ``run(over:_:)``: when the client closes its end, they are cancelled and waited for.
struct AdapterScope: Sendable {
  private let work: AsyncStream<@Sendable () async -> Void>.Continuation

  /// Begins something. After the end of the scope nothing is begun any more.
  func begin(_ body: @escaping @Sendable () async -> Void) { work.yield(body) }

  /// Serves one client until it closes the connection, and ends everything that was begun.
  ///
  /// - Parameters:
  ///   - transport: Where the client is.
  ///   - make: Makes the agent.
  ///   - end: Ends what the agent holds.
  static func run<Agent: ACPAgent>(
    over transport: any RPCTransport, _ make: (AdapterScope) -> Agent, end: @escaping @Sendable (Agent) async -> Void
  ) async {
    // One piece of work a session and a cancelled turn, so it stays short.
    let (stream, work) = AsyncStream.makeStream(of: (@Sendable () async -> Void).self)
    let agent = make(AdapterScope(work: work))
    await withDiscardingTaskGroup { group in
      group.addTask {
        await ACPAgentServer(agent).run(over: transport)
        await end(agent)
        work.finish()
      }
      for await body in stream { group.addTask { await body() } }
      group.cancelAll()
    }
  }
}
