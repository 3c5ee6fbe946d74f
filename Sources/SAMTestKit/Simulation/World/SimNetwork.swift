// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// The transport between the control plane and machines: what it carries, delays, holds up and loses.
///
/// What connections mean is decided by their ends, see ``SimConnection``. Here is only what TCP and a cable do.
extension SimWorld {
  /// Opens a connection; the machine's end introduces itself.
  func connect(_ id: MachineID) {
    guard control.isUp, let machine = machines[id], machine.isUp else { return }
    connectionCount += 1
    let number = connectionCount
    connections[number] = SimConnection(
      machine: id, controlLife: control.incarnation, machineLife: machine.incarnation,
      control: .init(.controlPlane, hello: LinkHello(versions: [1], software: "sim"), now: controlMoment),
      remote: .init(
        .machine, hello: LinkHello(versions: [1], software: "sim", machine: id.rawValue), now: moment(on: id)))
    machines[id]?.connection = number
    note(10, "connection \(number) to \(id.rawValue.suffix(6))")
    tellControl(number, .tick)
    tellMachine(number, .tick)
  }

  /// A machine's runtime calls.
  func dial(_ id: MachineID, _ life: Int) {
    guard let machine = machines[id], machine.lives(life), machine.connection == nil, !machine.isGone else { return }
    guard control.isUp, machine.unreachableUntil <= now else {
      queue.add(.dial(id, life), at: after(1_000...10_000))
      return
    }
    connect(id)
  }

  /// Puts what an end says on its way; nil = it closes the transport.
  func send(down signal: SimConnection.ControlEnd.Outgoing?, on number: Int) {
    if let signal, passes(.beforeFrame(signal.name)) { return }
    // What is sent after the break goes nowhere.
    guard let connection = connections[number], connection.isUp else { return }
    let earliest = max(connection.blockedUntil, connection.slowUntil, after(0...faults.latency))
    guard let arrival = connections[number]?.down.send(signal, at: earliest) else { return }
    queue.add(.frame(connection: number, toMachine: true), at: arrival)
  }

  /// Puts what an end says on its way; nil = it closes the transport.
  func send(up signal: SimConnection.MachineEnd.Outgoing?, on number: Int) {
    if let signal, passes(.beforeFrame(signal.name), on: connections[number]?.machine) { return }
    // What is sent after the break goes nowhere.
    guard let connection = connections[number], connection.isUp else { return }
    let earliest = max(connection.blockedUntil, after(0...faults.latency))
    guard let arrival = connections[number]?.up.send(signal, at: earliest) else { return }
    queue.add(.frame(connection: number, toMachine: false), at: arrival)
  }

  func arrive(_ number: Int, toMachine: Bool) {
    guard let connection = connections[number] else { return }
    // A partition that began meanwhile holds it up.
    if connection.isUp, connection.blockedUntil > now {
      queue.add(.frame(connection: number, toMachine: toMachine), at: connection.blockedUntil + 1)
      return
    }
    // What the other side had received before the break is taken in, late.
    if !connection.isUp, !chance.oneIn(faults.lateFrame) {
      if toMachine { connections[number]?.down.tear() } else { connections[number]?.up.tear() }
      return
    }
    let lives =
      toMachine
      ? machines[connection.machine]?.lives(connection.machineLife) == true : control.lives(connection.controlLife)
    guard lives else { return }
    let isClosed = toMachine ? connection.remote.isClosed : connection.control.isClosed
    if !connection.isUp, !isClosed { coverage.lateFrames += 1 }
    if toMachine {
      guard let item = connections[number]?.down.arrive() else { return }
      if let item, passes(.onFrame(item.name), on: connection.machine) { return }
      tellMachine(number, item.map { .received($0) } ?? .lost(reason: "the control plane closed it"))
    } else {
      guard let item = connections[number]?.up.arrive() else { return }
      if let item, passes(.onFrame(item.name)) { return }
      tellControl(number, item.map { .received($0) } ?? .lost(reason: "the machine closed it"))
    }
  }

  /// Breaks a connection. Each side sees it after a while, or is left to find out by itself.
  func cut(_ number: Int, controlHears: Bool = true) {
    guard connections[number]?.isUp == true else { return }
    connections[number]?.isUp = false
    note(11, "connection \(number) breaks")
    for byMachine in [false, true] where !chance.oneIn(faults.silentCut) && (byMachine || controlHears) {
      queue.add(.cut(connection: number, byMachine: byMachine), at: after(1...3_000))
    }
    rouse(number)
  }

  func noticeCut(_ number: Int, byMachine: Bool) {
    if byMachine {
      tellMachine(number, .lost(reason: "the connection broke"))
    } else {
      tellControl(number, .lost(reason: "the connection broke"))
    }
  }

  /// Nothing passes for a while, and nobody says so.
  func block(_ number: Int, until end: Int64) {
    connections[number]?.blockedUntil = end
    note(11, "connection \(number) is silent for \((end - now) / 1_000_000) s")
    rouse(number)
  }

  /// What was held up passes.
  func unblock(_ number: Int) {
    guard let connection = connections[number], connection.blockedUntil > now else { return }
    connections[number]?.blockedUntil = 0
    connections[number]?.down.release()
    connections[number]?.up.release()
    for _ in connection.down.items { queue.add(.frame(connection: number, toMachine: true), at: soon()) }
    for _ in connection.up.items { queue.add(.frame(connection: number, toMachine: false), at: soon()) }
  }

  // MARK: Wakes

  /// Whether both ends are there and reach each other: all that they would do by themselves is to exchange pings.
  private func isSound(_ connection: SimConnection) -> Bool {
    connection.isUp && connection.blockedUntil <= now && connection.control.isOpen && connection.remote.isOpen
      && control.lives(connection.controlLife)
      && machines[connection.machine]?.lives(connection.machineLife) == true
  }

  /// An end wants to be woken. While nothing is wrong it is let sleep: that pings are answered is seen when it matters,
  /// and thousands of them would show nothing else.
  func wake(_ number: Int, byMachine: Bool, at time: Int64) {
    guard let connection = connections[number] else { return }
    if isSound(connection) {
      if byMachine { connections[number]?.wakes.remote = time } else { connections[number]?.wakes.control = time }
    } else {
      queue.add(.linkTick(connection: number, byMachine: byMachine), at: max(now, time))
    }
  }

  /// Something is wrong from now on: the ends wake when they wanted to.
  func rouse(_ number: Int) {
    guard let wakes = connections[number]?.wakes else { return }
    connections[number]?.wakes = (nil, nil)
    if let time = wakes.control { queue.add(.linkTick(connection: number, byMachine: false), at: max(now, time)) }
    if let time = wakes.remote { queue.add(.linkTick(connection: number, byMachine: true), at: max(now, time)) }
  }

  func tickLink(_ number: Int, byMachine: Bool) {
    guard let connection = connections[number] else { return }
    if isSound(connection) {
      wake(number, byMachine: byMachine, at: now)
    } else if byMachine {
      tellMachine(number, .tick)
    } else {
      tellControl(number, .tick)
    }
  }
}
