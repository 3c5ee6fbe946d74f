// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMCore
internal import SAMRPC

extension AgentRun {
  /// Writes the files that the agent is given. While the control plane cannot be asked for its login, it waits as long as a
  /// start may take.
  func writeHome() async throws {
    guard let home else { return }
    let limit = machine.clock.uptime() + machine.configuration.startTimeout
    while true {
      do {
        return try await home.write()
      } catch let error as LinkError where machine.clock.uptime() < limit && !isStopped {
        machine.report("session \(spec.session): the agent's login cannot be asked for, trying again: \(error)")
        try await machine.clock.sleep(.milliseconds(500))
      }
    }
  }

  /// Looks whether the agent has refreshed its login.
  /// - Parameter tell: says in the conversation what is lost.
  func lookAtLogins(tell: (String) -> Void = { _ in }) async {
    guard let home else { return }
    // The end of an agent is often that of the task too, and no reason to lose what it has refreshed.
    for finding in await Task(operation: { await home.look() }).value {
      machine.report("session \(spec.session): \(finding.text)")
      if finding.isLoss { tell(finding.text) }
    }
  }
}

extension AgentHome {
  /// The home folder of a session's agent; nil when it has that of samd's user.
  init?(_ spec: SessionSpec, _ machine: MachineContext, _ uplink: any MachineUplink) {
    self.init(spec.launch, at: machine.homePath(spec.workspace)) { secret, known, value in
      try await uplink.compare(
        LoginOffer(session: spec.session, epoch: spec.epoch, secret: secret, known: known, value: value))
    }
  }
}
