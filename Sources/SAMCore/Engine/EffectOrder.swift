// SPDX-License-Identifier: Apache-2.0

/// What executing an effect means at this moment: read from the store, without touching the world.
///
/// ``Orchestrator`` carries it out with links and providers, the simulator with simulated ones.
public enum EffectOrder: Sendable, Equatable {
  /// The world need not be asked: this is the outcome.
  case settled(EffectOutcome)
  /// A machine is asked. The names of secrets in its launch are not filled in yet.
  case ask(MachineID, MachineRequest)
  /// A provider makes a machine.
  case create(provider: String, MachineOrder)
  /// A provider is asked for one machine.
  case find(provider: String, MachineHandle)
  /// A provider says what it has.
  case list(provider: String, InstallationID)
  /// A provider removes a machine.
  case destroy(provider: String, MachineHandle)

  /// What an owed effect means now.
  /// - Throws: ``Rejection`` when what it concerns does not exist.
  public static func of(_ row: EffectRow, in reader: any StoreReader) throws -> EffectOrder {
    switch row.effect {
    case .prepareWorkspace(let id): prepare(try reader.load(Workspace.self, id))
    case .deliverPrompt(let id): try deliver(id, row, reader)
    case .cancelTurn(let id): try cancel(id, reader)
    case .answerApproval(let id): try answer(id, reader)
    case .endSession(let id): try end(id, reader)
    case .attachSession(let id): try attach(id, reader)
    case .publishWork(let id): try publish(id, reader)
    case .saveWork(let id): try save(id, reader)
    case .createMachine(let id): try create(id, reader)
    case .findMachine(let id, _): try find(id, reader)
    case .destroyMachine(let id): try destroy(id, reader)
    case .sweep(let id):
      .list(provider: id.provider, try reader.load(Cloud.self, id).installation)
    case .timer: .settled(.done)
    }
  }

  // MARK: Machines

  private static func prepare(_ workspace: Workspace) -> EffectOrder {
    guard workspace.state == .requested else { return .settled(.done) }
    return .ask(
      workspace.machine,
      .prepare(
        WorkspaceOrder(
          workspace: workspace.id, repository: workspace.repository, baseBranch: workspace.baseBranch,
          branch: workspace.branch)))
  }

  private static func deliver(_ id: TurnID, _ row: EffectRow, _ reader: any StoreReader) throws -> EffectOrder {
    let turn = try reader.load(Turn.self, id)
    guard turn.state == .delivering || turn.state == .cancelling else { return .settled(.done) }
    let session = try reader.load(Session.self, turn.session)
    return .ask(
      session.machine,
      .deliver(
        PromptDelivery(
          spec: SessionSpec(session), turn: id, text: turn.text,
          attachments: try turn.attachments?.map { try reader.load(Attachment.self, $0.id).content },
          correlation: row.correlation)))
  }

  private static func cancel(_ id: TurnID, _ reader: any StoreReader) throws -> EffectOrder {
    let turn = try reader.load(Turn.self, id)
    guard turn.state == .cancelling else { return .settled(.done) }
    return .ask(
      try reader.load(Session.self, turn.session).machine, .cancel(session: turn.session, turn: id))
  }

  private static func answer(_ id: ApprovalID, _ reader: any StoreReader) throws -> EffectOrder {
    let approval = try reader.load(Approval.self, id)
    let session = try reader.load(Session.self, approval.session)
    guard session.state != .closed else { return .settled(.done) }
    return .ask(
      session.machine,
      .answer(session: session.id, approval: id, option: approval.reply, values: approval.values))
  }

  private static func end(_ id: SessionID, _ reader: any StoreReader) throws -> EffectOrder {
    let machine = try reader.load(Machine.self, reader.load(Session.self, id).machine)
    // What was on a machine that goes has ended with it.
    guard machine.state != .destroying, machine.state != .gone else { return .settled(.done) }
    return .ask(machine.id, .end(session: id))
  }

  private static func attach(_ id: SessionID, _ reader: any StoreReader) throws -> EffectOrder {
    let session = try reader.load(Session.self, id)
    guard session.state != .closed else { return .settled(.done) }
    // A turn about which nothing is owed any more is one that the machine must know.
    let turn = try session.active.flatMap {
      try reader.effects(EffectQuery(subject: $0.rawValue, limit: 1)).isEmpty ? $0 : nil
    }
    return .ask(session.machine, .attach(SessionSpec(session), turn: turn))
  }

  private static func publish(_ id: TurnID, _ reader: any StoreReader) throws -> EffectOrder {
    let turn = try reader.load(Turn.self, id)
    let session = try reader.load(Session.self, turn.session)
    let workspace = try reader.load(Workspace.self, session.workspace)
    guard workspace.state == .ready else { return .settled(.refused(reason: "the workspace is gone")) }
    return .ask(session.machine, .publish(PublishOrder(workspace, message: Prompts.title(turn.text))))
  }

  private static func save(_ id: WorkspaceID, _ reader: any StoreReader) throws -> EffectOrder {
    let workspace = try reader.load(Workspace.self, id)
    guard workspace.isUnsaved else { return .settled(.published(PublishedWork(result: TaskResult()))) }
    return .ask(
      workspace.machine, .save(PublishOrder(workspace, message: "Work that was left when the machine was given back")))
  }

  // MARK: Providers

  private static func create(_ id: MachineID, _ reader: any StoreReader) throws -> EffectOrder {
    let machine = try reader.load(Machine.self, id)
    guard machine.state == .creating, machine.handle == nil, let cloud = machine.cloud else { return .settled(.done) }
    return .create(
      provider: machine.provider,
      MachineOrder(
        name: machine.name, installation: try reader.load(Cloud.self, cloud).installation, machine: id,
        kind: machine.ordered))
  }

  private static func find(_ id: MachineID, _ reader: any StoreReader) throws -> EffectOrder {
    let machine = try reader.load(Machine.self, id)
    guard machine.state != .gone, let cloud = machine.cloud else { return .settled(.done) }
    if let handle = machine.handle { return .find(provider: machine.provider, handle) }
    return .list(provider: machine.provider, try reader.load(Cloud.self, cloud).installation)
  }

  private static func destroy(_ id: MachineID, _ reader: any StoreReader) throws -> EffectOrder {
    let machine = try reader.load(Machine.self, id)
    guard machine.state == .destroying, let handle = machine.handle, let cloud = machine.cloud else {
      return .settled(.done)
    }
    guard try reader.load(Cloud.self, cloud).state == .open else {
      return .settled(.retry(reason: "SAM was restored from a backup; confirm that machines may be removed"))
    }
    return .destroy(provider: machine.provider, handle)
  }
}

extension SessionSpec {
  /// How a session is served at this moment; the names of secrets are not filled in.
  init(_ session: Session) {
    self.init(
      session: session.id, epoch: session.epoch, workspace: session.workspace, launch: session.launch,
      chosen: session.chosen)
  }
}

extension PublishOrder {
  fileprivate init(_ workspace: Workspace, message: String) {
    self.init(
      workspace: workspace.id, repository: workspace.repository, baseBranch: workspace.baseBranch,
      branch: workspace.branch, baseCommit: workspace.baseCommit, message: message)
  }
}

extension MachineRequest {
  /// How its agent is started, where one is.
  var launch: AgentLaunch? {
    get {
      switch self {
      case .deliver(let delivery): delivery.spec.launch
      case .attach(let spec, _): spec.launch
      case .check(let launch, _): launch
      default: nil
      }
    }
    set {
      guard let newValue else { return }
      switch self {
      case .deliver(var delivery):
        delivery.spec.launch = newValue
        self = .deliver(delivery)
      case .attach(var spec, let turn):
        spec.launch = newValue
        self = .attach(spec, turn: turn)
      case .check(_, let login): self = .check(newValue, login: login)
      default: break
      }
    }
  }
}

extension StoreReader {
  /// The state of one aggregate.
  /// - Throws: ``Rejection`` with `not_found`.
  public func load<A: Aggregate>(_ type: A.Type = A.self, _ id: A.ID) throws -> A {
    guard let row = try state(A.key(id)) else {
      throw Rejection(.notFound, "there is no \(A.kind) '\(id.rawValue)'; list what there is, or check the id")
    }
    return try StateCoding.state(type, in: row, self)
  }

  /// The states that a query finds.
  public func list<A: Aggregate>(_ type: A.Type, _ query: StateQuery) throws -> [A] {
    try states(query).map { try StateCoding.state(type, in: $0, self) }
  }
}

extension Store {
  /// The state of one aggregate.
  /// - Throws: ``Rejection`` with `not_found`.
  public func load<A: Aggregate>(_ type: A.Type = A.self, _ id: A.ID) async throws -> A {
    try await read { try $0.load(type, id) }
  }

  /// The states that a query finds.
  public func list<A: Aggregate>(_ type: A.Type, _ query: StateQuery) async throws -> [A] {
    try await read { try $0.list(type, query) }
  }
}
