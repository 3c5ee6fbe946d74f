// SPDX-License-Identifier: Apache-2.0

/// Executes one effect: carries its order out with links and providers, and says what came of it.
struct EffectRunner: Sendable {
  let store: any Store
  let secrets: (any SecretStore)?
  let providers: [String: any CloudProvider]
  let link: @Sendable (MachineID) -> (any MachineLink)?

  func run(_ row: EffectRow) async -> EffectOutcome {
    do {
      return try await carryOut(try await store.read { try EffectOrder.of(row, in: $0) })
    } catch let error as Rejection {
      return .refused(reason: error.message)
    } catch let error as ProviderError {
      return EffectOutcome(error)
    } catch let error as LinkError where error.isAway {
      return .away(reason: error.message)
    } catch {
      return .retry(reason: "\(error)")
    }
  }

  private func carryOut(_ order: EffectOrder) async throws -> EffectOutcome {
    switch order {
    case .settled(let outcome): return outcome
    case .ask(let machine, var request):
      if let launch = request.launch { request.launch = try await self.launch(launch) }
      guard let link = link(machine) else { return .away(reason: "machine '\(machine)' is not connected") }
      return EffectOutcome(try await link.request(request))
    case .create(let name, let order): return .created(try await provider(name).create(order))
    case .find(let name, let handle): return .found(try await provider(name).find(handle))
    case .list(let name, let installation): return .listed(try await provider(name).list(of: installation))
    case .destroy(let name, let handle):
      let left = try await provider(name).destroy(handle)
      return left.isEmpty ? .done : .retry(reason: "still there: \(left.joined(separator: ", "))")
    }
  }

  private func provider(_ name: String) throws(ProviderError) -> any CloudProvider {
    guard let provider = providers[name] else {
      throw ProviderError(.unavailable, "provider '\(name)' is not configured; configure it again")
    }
    return provider
  }

  /// How to start an agent, secrets filled in but for login files: its machine asks for those when it starts it.
  /// - Throws: ``Rejection`` with `not_found` that names the missing secret.
  func launch(_ launch: AgentLaunch) async throws -> AgentLaunch {
    var launch = launch
    try await fill(&launch.environment, with: launch.secrets, of: "the agent")
    for file in launch.files ?? [] {
      guard case .secret(let name, value: nil) = file.content, try await secrets?.get(name) == nil else { continue }
      throw Self.missing(name, "the agent", "~/\(file.path)")
    }
    guard var servers = launch.mcpServers else { return launch }
    for index in servers.indices {
      try await fill(&servers[index].values, with: servers[index].secrets, of: "MCP server '\(servers[index].name)'")
    }
    launch.mcpServers = servers
    return launch
  }

  private func fill(
    _ values: inout [String: String], with names: [String: String], of whom: String
  ) async throws {
    for (key, name) in names.sorted(by: { $0.key < $1.key }) {
      guard let value = try await secrets?.get(name) else { throw Self.missing(name, whom, key) }
      values[key] = value
    }
  }

  private static func missing(_ name: String, _ whom: String, _ what: String) -> Rejection {
    Rejection(.notFound, "\(whom) needs secret '\(name)' for \(what); set it with 'samctl secret set \(name)'")
  }
}
