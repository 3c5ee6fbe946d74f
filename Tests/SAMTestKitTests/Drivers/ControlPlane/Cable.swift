// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit

/// Connects the machine to whatever life the control plane is in, and pulls the plug now and then.
struct Cable: Sendable {
  let plane: ControlPlane
  let machine: DriverMachine
  let id: MachineID
  let run: ExecutorRun

  /// Connects, until the control plane has taken note of it.
  @discardableResult
  func plug() async -> MachineConnection? {
    while !Task.isCancelled {
      let life = plane.life
      let link = FaultyLink(to: machine, lanes: life.lanes, faults: plane.faults, run: run)
      do {
        try await run.pause(upTo: 100)
        let connection = try await life.sam.connect(id, over: link)
        if life.number == plane.life.number { return connection }
      } catch {
        run.note("connect: \(error)")
      }
    }
    return nil
  }

  /// Pulls and plugs while there are faults.
  func wear() async throws {
    var connection: MachineConnection?
    while !plane.faults.areOver {
      try await run.pause(upTo: 4000)
      run.note("unplugged")
      // A store that refuses to note it does not keep the link alive.
      if let connection { await plane.life.sam.disconnect(connection) }
      try await run.pause(upTo: 1000)
      connection = await plug()
    }
  }

  /// Full disks and clocks that are set, while there are faults.
  func age() async throws {
    while !plane.faults.areOver {
      try await run.pause(upTo: 1500)
      for _ in 0..<run.draw(4) { plane.life.store.failNextCommit(with: StoreError(.full, "the disk is full")) }
      if run.oneIn(4) { run.clock.jump(by: .seconds(run.draw(7200) - 3600)) }
    }
  }
}
