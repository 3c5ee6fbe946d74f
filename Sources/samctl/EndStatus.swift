// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMClient

/// How samctl's process ends: one number for each thing that a script may want to do next.
enum EndStatus: Int32, CaseIterable, Sendable {
  case completed = 0
  case failed = 1
  case usage = 2
  case cancelled = 3
  case unreachable = 4
  case unauthenticated = 5
  case waits = 6
  case detached = 130

  /// What the number means.
  var meaning: String {
    switch self {
    case .completed: "done; for 'run' and 'session attach': the task is completed"
    case .failed: "refused or failed; for 'run' and 'session attach': the task failed"
    case .usage: "the command line is wrong"
    case .cancelled: "the task was cancelled"
    case .unreachable: "samd cannot be reached, or the connection was lost for good"
    case .unauthenticated: "samd does not accept the token; run 'samctl login'"
    case .waits: "the task waits for a person, and samctl does not"
    case .detached: "samctl was interrupted; the task goes on"
    }
  }

  /// All numbers with their meanings, for the help.
  static var table: String {
    allCases.map { status in
      let number = String(status.rawValue)
      return "  " + number + String(repeating: " ", count: 5 - number.count) + status.meaning
    }.joined(separator: "\n")
  }

  /// How the process ends after a failed request.
  init(_ error: SAMClientError) {
    self =
      switch error.code {
      case .unreachable, .connectionLost, .outcomeUnknown, .unavailable: .unreachable
      case .unauthenticated: .unauthenticated
      case .invalidEndpoint, .invalidToken: .usage
      default: .failed
      }
  }
}
