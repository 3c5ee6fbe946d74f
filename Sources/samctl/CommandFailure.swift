// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI

/// A command could not do what was asked: how the process ends, and what is said about it.
struct CommandFailure: Error, Equatable {
  /// How the process ends.
  let status: EndStatus
  /// What happened and what to do next.
  let message: String
  /// A stable name of the reason, for programs.
  let code: String

  init(_ status: EndStatus, _ message: String, code: String) {
    self.status = status
    self.message = message
    self.code = code
  }

  /// The failure as problem JSON.
  var problem: Problem {
    var problem = Problem(Problem.Code(rawValue: code), message)
    problem.status = 0
    return problem
  }
}
