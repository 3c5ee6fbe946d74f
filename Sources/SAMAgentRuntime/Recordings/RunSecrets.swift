// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMRPC
internal import Synchronization

/// What must not be written down of one run of an agent: the secrets that it was given, and those that it makes of its login
/// files while it runs.
final class RunSecrets: Sendable {
  private struct State {
    var stamp: [String] = []
    var values: Set<String>
    var filter: SecretFilter
  }

  private let home: AgentHome?
  private let state: Mutex<State>

  init(values: [String], home: AgentHome?) {
    self.home = home
    state = Mutex(State(values: Set(values), filter: SecretFilter(values: values)))
  }

  /// What finds them now. What once was one stays one.
  func current() -> SecretFilter {
    guard let home else { return state.withLock { $0.filter } }
    let stamp = home.stamp()
    return state.withLock { state in
      if stamp != state.stamp {
        state.stamp = stamp
        state.values.formUnion(home.secretValues())
        state.filter = SecretFilter(values: state.values)
      }
      return state.filter
    }
  }
}
