// SPDX-License-Identifier: Apache-2.0

/// Executes one effect: reads what it needs, asks the machine, and says what came of it.
struct EffectRunner: Sendable {
  let store: any Store
  let secrets: (any SecretStore)?
  let link: @Sendable (MachineID) -> (any MachineLink)?

  func run(_ row: EffectRow) async -> EffectOutcome {
    do {
      guard let (machine, request) = try await request(for: row) else { return .done }
      guard let link = link(machine) else { return .retry(reason: "machine '\(machine)' is not connected") }
      return switch try await link.request(request) {
      case .done, .checked: .done
      case .prepared(let commit): .prepared(baseCommit: commit)
      case .published(let work): .published(work)
      case .refused(let reason): .refused(reason: reason)
      }
    } catch let error as Rejection {
      return .refused(reason: error.message)
    } catch {
      return .retry(reason: "\(error)")
    }
  }

  /// How to serve a session, secrets filled in.
  func spec(_ session: Session) async throws -> SessionSpec {
    SessionSpec(
      session: session.id, epoch: session.epoch, workspace: session.workspace,
      launch: try await launch(session.launch))
  }

  /// How to start an agent, secrets filled in.
  /// - Throws: ``Rejection`` with `not_found` that names the missing secret.
  func launch(_ launch: AgentLaunch) async throws -> AgentLaunch {
    var launch = launch
    for (variable, name) in launch.secrets.sorted(by: { $0.key < $1.key }) {
      guard let value = try await secrets?.get(name) else {
        throw Rejection(
          .notFound, "the agent needs secret '\(name)' for \(variable); set it with 'samctl secret set \(name)'")
      }
      launch.environment[variable] = value
    }
    return launch
  }

  private func request(for row: EffectRow) async throws -> (MachineID, MachineRequest)? {
    switch row.effect {
    case .prepareWorkspace(let id):
      let workspace = try await load(Workspace.self, id)
      return (
        workspace.machine,
        .prepare(
          WorkspaceOrder(
            workspace: id, repository: workspace.repository, baseBranch: workspace.baseBranch,
            branch: workspace.branch))
      )
    case .deliverPrompt(let id):
      let turn = try await load(Turn.self, id)
      guard turn.state == .delivering || turn.state == .cancelling else { return nil }
      let session = try await load(Session.self, turn.session)
      let spec = try await spec(session)
      return (
        session.machine, .deliver(PromptDelivery(spec: spec, turn: id, text: turn.text, correlation: row.correlation))
      )
    case .cancelTurn(let id):
      let turn = try await load(Turn.self, id)
      guard turn.state == .cancelling else { return nil }
      let session = try await load(Session.self, turn.session)
      return (session.machine, .cancel(session: session.id, turn: id))
    case .answerApproval(let id):
      let approval = try await load(Approval.self, id)
      let session = try await load(Session.self, approval.session)
      return (session.machine, .answer(session: session.id, approval: id, option: approval.chosen))
    case .endSession(let id):
      return (try await load(Session.self, id).machine, .end(session: id))
    case .publishWork(let id): return try await publish(id)
    }
  }

  private func publish(_ id: TurnID) async throws -> (MachineID, MachineRequest) {
    let turn = try await load(Turn.self, id)
    let session = try await load(Session.self, turn.session)
    let workspace = try await load(Workspace.self, session.workspace)
    return (
      session.machine,
      .publish(
        PublishOrder(
          workspace: workspace.id, repository: workspace.repository, baseBranch: workspace.baseBranch,
          branch: workspace.branch, baseCommit: workspace.baseCommit, message: Prompts.title(turn.text)))
    )
  }

  private func load<A: Aggregate>(_ type: A.Type, _ id: A.ID) async throws -> A {
    try await store.load(type, id)
  }
}

extension Store {
  /// The state of one aggregate.
  /// - Throws: ``Rejection`` with `not_found`.
  public func load<A: Aggregate>(_ type: A.Type = A.self, _ id: A.ID) async throws -> A {
    let row = try await read { try $0.state(A.key(id)) }
    guard let row else {
      throw Rejection(.notFound, "there is no \(A.kind) '\(id.rawValue)'; list what there is, or check the id")
    }
    return try StateCoding.decode(type, from: row.body)
  }

  /// The states that a query finds.
  public func list<A: Aggregate>(_ type: A.Type, _ query: StateQuery) async throws -> [A] {
    try await read { try $0.states(query) }.map { try StateCoding.decode(type, from: $0.body) }
  }
}
