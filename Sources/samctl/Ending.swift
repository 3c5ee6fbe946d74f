// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMClient

/// How an error ends the process: an exit status, and words or a problem.
struct Ending {
  /// How the process ends.
  let status: Int32
  /// What is said; empty = nothing.
  let text: String
  /// Whether it belongs on standard output: help, a version.
  let isAnswer: Bool
  /// The same for programs.
  let problem: Problem?

  /// - Parameter error: what parsing or a command threw.
  init(_ error: any Error) {
    switch error {
    case let error as CommandFailure: self.init(error.status, "Error: \(error.message)", error.problem)
    case let error as SAMClientError: self.init(EndStatus(error), "Error: \(Self.words(error))", error.problem)
    case is Output.Closed: self.init(.failed, "", nil)
    case is CancellationError: self.init(.detached, "", nil)
    case let code as ExitCode: self.init(status: code.rawValue, text: "", isAnswer: false, problem: nil)
    default: self.init(parsing: error)
    }
  }

  private init(status: Int32, text: String, isAnswer: Bool, problem: Problem?) {
    self.status = status
    self.text = text
    self.isAnswer = isAnswer
    self.problem = problem
  }

  private init(_ status: EndStatus, _ text: String, _ problem: Problem?) {
    self.init(status: status.rawValue, text: text, isAnswer: false, problem: problem)
  }

  private init(parsing error: any Error) {
    let text = Samctl.fullMessage(for: error)
    switch Samctl.exitCode(for: error) {
    case .success: self.init(status: 0, text: text, isAnswer: true, problem: nil)
    case .validationFailure:
      self.init(.usage, text, CommandFailure(.usage, Samctl.message(for: error), code: "usage").problem)
    default: self.init(.failed, "Error: \(error)", CommandFailure(.failed, "\(error)", code: "failed").problem)
    }
  }

  private static func words(_ error: SAMClientError) -> String {
    switch error.code {
    case .unauthenticated:
      "\(error)\nGive a token: 'samctl login' on samd's own machine, 'samctl login --server URL --token-file -' "
        + "elsewhere, or SAM_TOKEN."
    case .badAnswer, .connectionLost, .outcomeUnknown, .streamGap:
      error.description + (error.evidence.map { "\nSeen: \(SafeText.line($0, limit: 500))" } ?? "")
    default: error.description
    }
  }

  /// Says it.
  /// - Returns: the exit status.
  func tell(_ output: Output) -> Int32 {
    do {
      if isAnswer {
        try output.line(text)
      } else if output.isJSON, let problem {
        try output.note(String(decoding: APICoding.encode(problem), as: UTF8.self))
      } else if !text.isEmpty {
        try output.note(text)
      }
    } catch {
      // Nobody listens any more; the exit status still tells.
    }
    return status
  }
}
