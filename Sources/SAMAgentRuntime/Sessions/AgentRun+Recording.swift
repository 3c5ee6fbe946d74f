// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMCore
internal import SAMRPC

extension AgentRun {
  /// What records the conversation, where the agent's profile wants it. A disk that does not take it is no reason not to work.
  func recorder() -> Recorder? {
    guard spec.launch.record == true else { return nil }
    let filter = RunSecrets(
      values: spec.launch.secretValues + SecretFilter.secrets(in: spec.launch.environment), home: home)
    do {
      return try RecordingFile.recorder(
        at: machine.recordingPath(spec.session), command: [spec.launch.command] + spec.launch.arguments,
        filter: { filter.current() }, clock: machine.clock)
    } catch {
      machine.report("session \(spec.session) is not recorded: \(error)")
      return nil
    }
  }
}
