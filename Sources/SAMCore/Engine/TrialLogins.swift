// SPDX-License-Identifier: Apache-2.0

/// The login files of an agent that is started on trial: the trial is no session, so they go with its order and come back with
/// its answer.
struct TrialLogins {
  /// How the agent is started, login files filled in.
  private(set) var launch: AgentLaunch
  private let secrets: (any SecretStore)?
  /// Which value each secret had; one that there was not is absent.
  private var known: [String: SecretID] = [:]

  /// Looks the login files up. One may be missing: the trial shows how the agent is logged in then.
  init(_ launch: AgentLaunch, _ secrets: (any SecretStore)?) async throws {
    self.launch = launch
    self.secrets = secrets
    for (index, file) in (launch.files ?? []).enumerated() {
      guard let name = file.secret else { continue }
      if case .newer(let id, let value) = try await secrets?.compare(name, known: nil, value: nil) {
        known[name] = id
        self.launch.files?[index].content = .secret(name, value: value)
      } else {
        self.launch.files?[index].content = .secret(name, value: "")
      }
    }
  }

  /// Keeps what the agent has made of its login files, and takes it out of the answer. Whoever else has changed a secret
  /// meanwhile was later than the trial's start, and wins. Without all of them the agent does not work in a session.
  func keep(_ check: inout AgentCheck) async throws {
    let rewritten = check.rewritten ?? [:]
    check.rewritten = nil
    for file in launch.files ?? [] {
      guard let name = file.secret else { continue }
      if let value = rewritten[name] {
        try HomeFile.checkLogin(value, name)
        _ = try await secrets?.compare(name, known: known[name], value: value)
      } else if known[name] == nil, check.works {
        check.works = false
        check.problem =
          "the agent needs secret '\(name)' for ~/\(file.path); set it with 'samctl secret set \(name)', or log the agent in "
          + "with 'samctl agent login'"
      }
    }
  }
}
