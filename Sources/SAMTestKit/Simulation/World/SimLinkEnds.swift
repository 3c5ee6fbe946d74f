// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What the production drivers of a link's two ends do: they feed them, transmit what goes out, and perform the rest.
extension SimWorld {
  func moment(on id: MachineID) -> Moment {
    Moment(wall: wall, uptime: .microseconds(now - (machines[id]?.begun ?? 0)))
  }

  func tellControl(_ number: Int, _ input: SimConnection.ControlEnd.Input) {
    guard let life = connections[number]?.controlLife, control.lives(life) else { return }
    let actions = connections[number]?.control.on(input, now: controlMoment) ?? []
    while let signal = connections[number]?.control.next(now: controlMoment) {
      send(down: signal, on: number)
      guard control.lives(life) else { return }
    }
    for action in actions {
      performAtControl(action, number)
      guard control.lives(life) else { return }
    }
  }

  func tellMachine(_ number: Int, _ input: SimConnection.MachineEnd.Input) {
    guard let connection = connections[number], machines[connection.machine]?.lives(connection.machineLife) == true
    else { return }
    let now = moment(on: connection.machine)
    let actions = connections[number]?.remote.on(input, now: now) ?? []
    while let signal = connections[number]?.remote.next(now: now) {
      send(up: signal, on: number)
      guard machines[connection.machine]?.lives(connection.machineLife) == true else { return }
    }
    for action in actions { performAtMachine(action, number, connection.machine) }
  }

  // MARK: The control plane's end

  private func performAtControl(_ action: SimConnection.ControlEnd.Action, _ number: Int) {
    guard let machine = connections[number]?.machine else { return }
    switch action {
    case .opened: opened(number, machine)
    case .serve(let id, .items(let batch)): ingest(batch, id, number)
    case .serve(let id, .login(let login)):
      tellControl(number, .answer(id, .refused(Rejection(.notFound, "nobody here has \(login)"))))
    case .hand(let row, let answer): handed(row, answer)
    case .closed(let reason):
      note(12, "connection \(number) ends at the control plane: \(reason)")
      send(down: nil, on: number)
      rouse(number)
      guard control.links[machine] == number else { return }
      control.links[machine] = nil
      disconnected(machine)
    case .wake(let uptime): wake(number, byMachine: false, at: control.begun + uptime.microseconds)
    }
  }

  private func opened(_ number: Int, _ machine: MachineID) {
    let earlier = control.links.updateValue(number, forKey: machine)
    if let earlier { tellControl(earlier, .close(reason: "the machine has connected anew")) }
    do {
      try perform(MachineConnected(machine: machine))
      checkHurried(machine)
      checkCalled(machine, true)
      if chance.oneIn(faults.slowHello) { connections[number]?.slowUntil = after(1_000...15_000) }
      post(.tick)
    } catch is SimDied {
    } catch let error as Rejection {
      // Only what is on its way out, or was never made, is not wanted any more.
      if let state = find(Machine.self, machine)?.state, ![.requested, .destroying, .gone].contains(state) {
        violated("total", "\(machine) is \(state), calls and is refused: \(error)")
      }
      tellControl(number, .close(reason: error.message))
    } catch is StoreError {
      tellControl(number, .close(reason: "the connection could not be noted"))
    } catch {
      violated("total", "machine \(machine) could not be connected: \(error)")
    }
  }

  private func ingest(_ batch: OutboxBatch, _ id: Int64, _ number: Int) {
    do {
      let (before, session) = (try read { try $0.stream(batch.session) }, find(Session.self, batch.session))
      let through = try perform(IngestBatch(batch: batch), by: Actor(kind: .system, id: "machine"))
      checkIngested(batch, after: before.epoch == batch.epoch ? before.applied : 0, of: session)
      tellControl(number, .answer(id, .given(.acknowledged(through))))
    } catch is SimDied {
    } catch let error as Rejection where error.code == .superseded {
      tellControl(number, .answer(id, .refused(error)))
    } catch let error as Rejection {
      violated("total", "batch of \(batch.session) was refused: \(error)")
    } catch {
      tellControl(number, .answer(id, LinkAnswer(error)))
    }
  }

  private func handed(_ row: EffectRow, _ answer: LinkAnswer<MachineReply>) {
    switch answer {
    case .given(let reply): settleSoon(row, EffectOutcome(reply))
    case .refused(let rejection): settleSoon(row, .refused(reason: rejection.message))
    case .failed(let error) where error.isAway:
      coverage.lostReply(row)
      settleSoon(row, .away(reason: error.message))
    case .failed(let error): settleSoon(row, .retry(reason: error.message))
    }
  }

  func disconnected(_ machine: MachineID) {
    do {
      try perform(MachineDisconnected(machine: machine))
      checkCalled(machine, false)
    } catch is SimDied {
    } catch let refusal as Rejection {
      note(11, "the disconnection of \(machine.rawValue.suffix(6)) is nothing to the ledger: \(refusal)")
    } catch {
      // The owner of the link tries until it is noted, unless the machine is connected again by then.
      note(11, "the disconnection of \(machine.rawValue.suffix(6)) could not be noted: \(error)")
      disconnections.insert(machine)
    }
  }

  // MARK: The machine's end

  private func performAtMachine(_ action: SimConnection.MachineEnd.Action, _ number: Int, _ id: MachineID) {
    switch action {
    case .opened: break
    case .serve(let call, let request): serve(request, on: id, route: (number, call))
    case .hand(let session, let answer):
      switch answer {
      case .given(.acknowledged(let through)): feed(id, session, .acknowledged(through), route: nil)
      case .refused(let rejection) where rejection.code == .superseded: feed(id, session, .superseded, route: nil)
      case .given(.login), .refused, .failed: feed(id, session, .deliveryFailed, route: nil)
      }
    case .closed(let reason):
      note(12, "connection \(number) ends at machine \(id.rawValue.suffix(6)): \(reason)")
      send(up: nil, on: number)
      rouse(number)
      guard let machine = machines[id], machine.connection == number else { return }
      machines[id]?.connection = nil
      queue.add(.dial(id, machine.incarnation), at: after(100...8_000))
    case .wake(let uptime):
      wake(number, byMachine: true, at: (machines[id]?.begun ?? 0) + uptime.microseconds)
    }
  }

  /// Answers a request where it came from.
  func answer(_ route: SimRoute, _ answer: LinkAnswer<MachineReply>) {
    tellMachine(route.connection, .answer(route.number, answer))
  }
}
