// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMRPC

/// The program that an adapter speaks for, and how it is started: under a guard of its own, so that it dies with the adapter.
struct AdaptedProgram: Sendable {
  /// The program as a person calls it.
  var title: String
  /// A name on the PATH, or a path.
  var program: String
  /// The whole environment.
  var environment: [String: String]
  /// See ``GuardedLaunch/guardExecutable``.
  var guardExecutable: String

  /// The value of a variable, unless it is empty.
  func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// Starts the program in a folder. What it writes to standard error goes to ours.
  ///
  /// - Throws: `RPCError` that says what to do.
  func start(_ arguments: [String], in directory: String) async throws -> AdaptedProcess {
    // Another id than ours: should the inner guard be killed, its strays are found without taking us for one of them.
    let run = "\(variable(GuardedLaunch.runIDVariable) ?? "adapter-\(getpid())")/program"
    let launch = GuardedLaunch(
      guardExecutable: guardExecutable, program: program, arguments: arguments, environment: environment,
      workingDirectory: directory, grace: .milliseconds(500), runID: run,
      onStandardError: { bytes in _ = write(STDERR_FILENO, bytes, bytes.count) })
    do {
      let process = try await GuardedProcess.launch(launch)
      guard let input = process.takeStandardInput(), let output = process.takeStandardOutput() else {
        throw RPCError(.internalError, "The streams of \(title) are taken already; report this.")
      }
      let transport = try PipeTransport(reading: output, writing: input, closesDescriptors: true)
      return AdaptedProcess(title: title, guarded: process, transport: transport)
    } catch let error as RuntimeError {
      let advice = error.code == .programNotInstalled ? AgentProcess.advice(program) : ""
      throw RPCError(.internalError, error.message + advice)
    }
  }
}

/// A running program and the pipes to it.
struct AdaptedProcess: Sendable {
  let title: String
  let guarded: GuardedProcess
  let transport: PipeTransport

  /// Ends it with all that it started, and waits until nothing is left.
  func end() async {
    guarded.kill()
    transport.close()
    await guarded.waitUntilGone()
  }

  /// Why it is gone, with the last lines that it wrote to standard error.
  func explainEnd() async -> RPCError {
    let exit = await guarded.waitUntilGone()
    let how =
      switch exit {
      case .code(let code): "ended with code \(code)"
      case .signal(let signal): "was killed by signal \(signal)"
      case .unseen: "was killed"
      }
    let plain = guarded.standardErrorTail.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    let lines = plain.split(whereSeparator: \.isNewline).suffix(5).joined(separator: " | ")
    return RPCError(.internalError, "\(title) \(how)" + (lines.isEmpty ? "" : "; it said: \(lines.suffix(600))"))
  }
}
