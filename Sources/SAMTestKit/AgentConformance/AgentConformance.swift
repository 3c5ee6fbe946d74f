// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// What an agent of the Agent Client Protocol must keep, as numbered checks that anybody can run against theirs.
///
/// Most checks start a process of the agent of their own, speak to it as a client would, and end it. Checks of what the
/// agent does not advertise, and of what no prompt was given for, are reported as not applicable and never as passed.
/// `logout` is never called: it would log the person out of the agent.
///
/// - Warning: The agent works in earnest: it makes sessions, and asks its model.
public enum AgentConformance {
  /// A check with its code.
  struct Check: Sendable {
    var check: ProtocolCheck
    var run: @Sendable (AgentBench) async throws -> Void

    init(
      _ id: String, _ promise: String, _ section: String, _ run: @escaping @Sendable (AgentBench) async throws -> Void
    ) {
      check = ProtocolCheck(id, promise, section: section)
      self.run = run
    }
  }

  private static let all =
    greeting + messages + sessions + turns + permissions + cancelling + keeping + together + ending + traffic

  /// All checks, in the order in which they are run.
  public static var checks: [ProtocolCheck] { all.map(\.check) }

  /// Runs the checks, one after the other.
  ///
  /// - Parameters:
  ///   - title: What is checked, for the report.
  ///   - starter: Starts the agent.
  ///   - prompts: What to say to it.
  ///   - limits: How long to wait.
  ///   - only: The ids of the checks to run; empty runs all.
  ///   - onResult: Hears of each check as it ends.
  /// - Returns: How each check ended.
  public static func run(
    title: String = "agent", _ starter: any AgentStarter, prompts: AgentPrompts = .init(),
    limits: AgentLimits = .init(),
    only: Set<String> = [], onResult: (ProtocolCheck.Result) -> Void = { _ in }
  ) async -> ProtocolReport {
    let bench = AgentBench(starter, prompts: prompts, limits: limits)
    var results: [ProtocolCheck.Result] = []
    for check in all where only.isEmpty || only.contains(check.check.id) {
      let start = ContinuousClock.now
      let outcome = await outcome { try await check.run(bench) }
      let result = ProtocolCheck.Result(
        check: check.check, outcome: outcome, duration: ContinuousClock.now - start)
      results.append(result)
      onResult(result)
    }
    return ProtocolReport(title: title, results: results)
  }

  private static func outcome(_ check: () async throws -> Void) async -> ProtocolCheck.Outcome {
    do {
      try await check()
      return .passed
    } catch let broken as BrokenPromise {
      return .failed(broken.what)
    } catch let other as NotApplicable {
      return .notApplicable(other.why)
    } catch let blocked as Blocked {
      return .blocked(blocked.by)
    } catch {
      return .failed("unexpected error: \(error)")
    }
  }
}

// MARK: - Tools of the checks

extension AgentConformance {
  /// - Throws: unless a call is answered with an error, and with this code when one is given.
  static func expectError(
    _ what: String, code: RPCError.Code? = nil, _ call: () async throws -> Void
  ) async throws {
    do { try await call() } catch let error as RPCError {
      guard let code else { return }
      try BrokenPromise.unless(
        error.code == code, "\(what) was answered with the error \(error.code.rawValue) instead of \(code.rawValue)")
      return
    }
    throw BrokenPromise(what: "\(what) was answered with a result instead of an error")
  }

  /// - Throws: ``NotApplicable`` unless the agent advertises something.
  static func need(
    _ bench: AgentBench, _ name: String, _ capability: (ACP.AgentCapabilities) -> Bool
  ) async throws {
    try NotApplicable.unless(capability(try await bench.advertised()), "the agent does not advertise \(name)")
  }

  /// - Throws: ``NotApplicable`` unless a prompt was given.
  static func need(_ prompt: String?, _ what: String, _ option: String) throws -> String {
    guard let prompt else { throw NotApplicable(why: "no prompt was given that makes the agent \(what) (\(option))") }
    return prompt
  }
}
