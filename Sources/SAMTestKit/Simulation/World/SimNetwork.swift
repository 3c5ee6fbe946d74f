// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What travels between the control plane and a machine.
enum SimFrame {
  case request(Int, MachineRequest)
  case reply(Int, MachineReply)
  case failure(Int, String)
  case report(Int, OutboxBatch)
  case acknowledged(Int, through: Int64)
  case superseded(Int)
  case reportFailed(Int)
}

/// One connection, as TCP keeps it: in order, all or nothing; what is on its way when it breaks may still arrive.
struct SimConnection {
  let machine: MachineID
  let controlLife: Int
  let machineLife: Int
  var isUp = true
  /// Nothing passes before this time.
  var blockedUntil: Int64 = 0
  /// When what was sent last arrives, to the machine and to the control plane.
  var arrivals: (machine: Int64, control: Int64) = (0, 0)
}

extension SimWorld {
  /// Opens a connection and takes it into use at both ends.
  func connect(_ id: MachineID) throws {
    guard control.isUp, let machine = machines[id], machine.isUp else { return }
    connectionCount += 1
    let number = connectionCount
    connections[number] = SimConnection(
      machine: id, controlLife: control.incarnation, machineLife: machine.incarnation)
    if chance.oneIn(faults.slowHello) { connections[number]?.arrivals.machine = after(1_000...15_000) }
    machines[id]?.connection = number
    control.links[id] = number
    note(10, "connection \(number) to \(id.rawValue.suffix(6))")
    do {
      try perform(MachineConnected(machine: id))
      post(.tick)
    } catch let error as Rejection {
      note(10, "connection \(number) is refused: \(error.message)")
      cut(number)
    } catch is StoreError {
      cut(number)
    }
  }

  func send(_ frame: SimFrame, on number: Int, toMachine: Bool) {
    guard var connection = connections[number], connection.isUp else { return }
    if crashPoint?.passes(.beforeFrame, self) == true { return }
    let least = toMachine ? connection.arrivals.machine : connection.arrivals.control
    let arrival = max(least + 1, connection.blockedUntil, after(0...faults.latency))
    if toMachine { connection.arrivals.machine = arrival } else { connection.arrivals.control = arrival }
    connections[number] = connection
    queue.add(.frame(connection: number, toMachine: toMachine, frame), at: arrival)
  }

  func arrive(_ number: Int, toMachine: Bool, _ frame: SimFrame) {
    guard let connection = connections[number] else { return }
    // A partition that began meanwhile holds it up.
    if connection.isUp, connection.blockedUntil > now {
      queue.add(.frame(connection: number, toMachine: toMachine, frame), at: connection.blockedUntil + 1)
      return
    }
    // What the other end had received before the break is taken in, late.
    guard connection.isUp || chance.oneIn(faults.lateFrame) else { return }
    if !connection.isUp { coverage.lateFrames += 1 }
    if crashPoint?.passes(.onFrame, self) == true { return }
    if toMachine {
      guard machines[connection.machine]?.lives(connection.machineLife) == true else { return }
      arriveAtMachine(connection.machine, number, frame)
    } else if control.lives(connection.controlLife) {
      arriveAtControl(number, frame)
    }
  }

  private func arriveAtControl(_ number: Int, _ frame: SimFrame) {
    switch frame {
    case .reply(let id, let reply): answered(id, EffectOutcome(reply), number)
    case .failure(let id, let reason): answered(id, .retry(reason: reason), number)
    case .report(let id, let batch):
      do {
        let through = try perform(IngestBatch(batch: batch), by: Actor(kind: .system, id: "machine"))
        send(.acknowledged(id, through: through), on: number, toMachine: true)
      } catch is SimDied {
      } catch let error as Rejection where error.code == .superseded {
        send(.superseded(id), on: number, toMachine: true)
      } catch let error as Rejection {
        violated("total", "batch of \(batch.session) was refused: \(error)")
      } catch {
        send(.reportFailed(id), on: number, toMachine: true)
      }
    default: break
    }
  }

  private func answered(_ id: Int, _ outcome: EffectOutcome, _ number: Int) {
    guard let (row, connection) = control.pending[id], connection == number else { return }
    control.pending[id] = nil
    settleSoon(row, outcome)
  }

  /// Breaks a connection; each side sees it after a while.
  func cut(_ number: Int) {
    guard connections[number]?.isUp == true else { return }
    connections[number]?.isUp = false
    note(11, "connection \(number) breaks")
    queue.add(.cut(connection: number, byMachine: false), at: after(1...3_000))
    queue.add(.cut(connection: number, byMachine: true), at: after(1...3_000))
  }

  func noticeCut(_ number: Int, byMachine: Bool) {
    guard let connection = connections[number] else { return }
    if byMachine {
      guard var machine = machines[connection.machine], machine.lives(connection.machineLife),
        machine.connection == number
      else { return }
      machine.connection = nil
      let sending = machine.sendings
      machine.sendings = [:]
      machines[connection.machine] = machine
      for session in sending.values.sorted() { feed(connection.machine, session, .deliveryFailed, route: nil) }
      queue.add(.dial(connection.machine, machine.incarnation), at: after(100...8_000))
      return
    }
    guard control.lives(connection.controlLife) else { return }
    for (id, pending) in control.pending.sorted(by: { $0.key < $1.key }) where pending.connection == number {
      control.pending[id] = nil
      coverage.lostReply(pending.row)
      settleSoon(pending.row, .away(reason: "the connection broke"))
    }
    guard control.links[connection.machine] == number else { return }
    control.links[connection.machine] = nil
    disconnected(connection.machine)
  }

  func disconnected(_ machine: MachineID) {
    do {
      try perform(MachineDisconnected(machine: machine))
    } catch is SimDied {
    } catch {
      // The owner of the link tries until it is noted, unless the machine is connected again by then.
      note(11, "the disconnection of \(machine.rawValue.suffix(6)) could not be noted: \(error)")
      disconnections.insert(machine)
    }
  }

  /// A machine's runtime calls.
  func dial(_ id: MachineID, _ life: Int) {
    guard let machine = machines[id], machine.lives(life), machine.connection == nil, !machine.isGone else { return }
    guard control.isUp, machine.unreachableUntil <= now else {
      queue.add(.dial(id, life), at: after(1_000...10_000))
      return
    }
    do {
      try connect(id)
    } catch is SimDied {
    } catch {
      violated("total", "machine \(id) could not be connected: \(error)")
    }
    if machines[id]?.connection.flatMap({ connections[$0]?.isUp }) != true {
      machines[id]?.connection = nil
      queue.add(.dial(id, life), at: after(5_000...30_000))
    }
  }
}
