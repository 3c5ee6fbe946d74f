// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
public import SAMRPC

/// What a client of the Agent Client Protocol must keep, as numbered checks: an agent with a script that tests the client which
/// started it.
///
/// The first prompt of the client starts the script; the agent then calls everything that a client may have, asks once for
/// permission, and says what it found. What the client never comes to is reported as not applicable.
///
/// - Warning: When the client has files, a file `.sam-conformance` is written into the session's folder through it, and
///   removed again; when it has terminals, `echo` and `sleep` are run.
public enum ClientConformance {
  /// All checks, in the order of their ids.
  public static var checks: [ProtocolCheck] { ClientCheck.all.map(\.check) }

  /// Serves a client until it closes its end.
  ///
  /// - Parameters:
  ///   - title: What is checked, for the report.
  ///   - transport: Where the client is.
  ///   - limits: How long to wait for answers; a permission is waited for until the turn's limit is over.
  ///   - onTurn: Hears the report so far after each turn, for clients that end their agent by force.
  /// - Returns: How each check ended.
  public static func run(
    title: String = "client", over transport: any RPCTransport, limits: AgentLimits = .init(),
    onTurn: @escaping @Sendable (ProtocolReport) async -> Void = { _ in }
  ) async -> ProtocolReport {
    let record = ClientRecord()
    let agent = ProbingAgent(record: record, limits: limits) { await onTurn(report(title, record)) }
    var configuration = RPCConnection.Configuration()
    configuration.onWire = { record.wire.add($0, $1) }
    // What the agent gives up when a turn is cancelled is not taken back: how the client answers it is what is looked at.
    configuration.cancelMethod = nil
    await ACPAgentServer(agent, configuration: configuration).run(over: transport)
    record.noteEnd()
    return report(title, record)
  }

  private static func report(_ title: String, _ record: ClientRecord) -> ProtocolReport {
    let results = ClientCheck.all.map { check in
      ProtocolCheck.Result(check: check.check, outcome: check.judge(record))
    }
    return ProtocolReport(title: title, results: results)
  }
}
