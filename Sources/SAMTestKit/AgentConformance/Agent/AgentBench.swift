// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC
internal import Synchronization

/// What the checks of one run share: how the agent is started, what to say to it, and all that it ever sent.
final class AgentBench: Sendable {
  private struct State {
    var wires: [Wire] = []
    var capabilities: ACP.AgentCapabilities?
    var words = 0
  }

  private let starter: any AgentStarter
  let prompts: AgentPrompts
  let limits: AgentLimits
  let clientInfo = ACP.Implementation(name: "sam-conformance", title: "SAM's conformance kit", version: "1")
  private let state = Mutex(State())

  init(_ starter: any AgentStarter, prompts: AgentPrompts, limits: AgentLimits) {
    self.starter = starter
    self.prompts = prompts
    self.limits = limits
  }

  /// The absolute path of the folder in which the agent works.
  var workspace: String { starter.workspace }

  /// What a whole client can do.
  static let wholeClient = ACP.ClientCapabilities(
    fileSystem: .init(readTextFile: true, writeTextFile: true), terminal: true)

  /// Everything that came and went so far, a wire for each process.
  var wires: [Wire] { state.withLock { $0.wires } }

  func noteCapabilities(_ capabilities: ACP.AgentCapabilities) { state.withLock { $0.capabilities = capabilities } }

  /// A word that was not used before.
  func newWord() -> String {
    let birds = ["heron", "osprey", "plover", "dunlin", "avocet", "curlew", "godwit", "linnet"]
    return state.withLock { state in
      state.words += 1
      return "\(birds[state.words % birds.count])\(state.words)"
    }
  }

  func sayPrompt(_ word: String) -> String { prompts.say.replacing("{word}", with: word) }

  /// Starts a process of the agent, greets it, and ends it after the body.
  ///
  /// - Parameters:
  ///   - capabilities: what the client can do.
  ///   - greeting: whether the agent is greeted; checks of the greeting do it themselves.
  ///   - body: uses the process.
  func talk<Value>(
    _ capabilities: ACP.ClientCapabilities = AgentBench.wholeClient, greeting: Bool = true,
    _ body: (AgentConversation) async throws -> Value
  ) async throws -> Value {
    let instance: any AgentInstance
    do { instance = try await starter.start() } catch {
      if greeting { throw Blocked(by: "ACP-001, the agent does not start") }
      throw BrokenPromise(what: "the agent does not start: \(error)")
    }
    let conversation = AgentConversation(instance, capabilities: capabilities, bench: self)
    state.withLock { $0.wires.append(conversation.wire) }
    do {
      let result = try await conversation.rpc.running(handler: conversation.client) {
        if greeting { try await conversation.greet(capabilities) }
        return try await body(conversation)
      }
      await instance.kill()
      return result
    } catch {
      await instance.kill()
      guard error is RPCFailure || error is RPCError || error is ACPError else { throw error }
      throw BrokenPromise(what: words(error, instance))
    }
  }

  /// What the agent advertises; asked once.
  func advertised() async throws -> ACP.AgentCapabilities {
    if let known = state.withLock({ $0.capabilities }) { return known }
    return try await talk { $0.capabilities }
  }

  /// An error in words, with what the agent said last when it has gone.
  func words(_ error: any Error, _ instance: any AgentInstance) -> String {
    switch error {
    case let error as BrokenPromise: return error.what
    case let error as RPCError: return "the agent answered with an error: \(error)"
    case is RPCFailure:
      let lines = instance.lastWords.split(whereSeparator: \.isNewline).suffix(3).joined(separator: " | ")
      return "the agent closed its output" + (lines.isEmpty ? "" : "; it said: \(lines.suffix(400))")
    default: return "\(error)"
    }
  }
}
