// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMAgentRuntime
internal import SAMRPC

/// An agent that samctl starts itself, with its own environment and folder, under its own guard.
struct PlainAgent {
  private let process: GuardedProcess
  /// Its standard input and output.
  let transport: PipeTransport

  static func start(_ command: [String], environment: [String: String], folder: String? = nil) async throws
    -> PlainAgent
  {
    let launch = GuardedLaunch(
      guardExecutable: ProcessGuard.ownExecutable, program: command[0], arguments: Array(command.dropFirst()),
      environment: environment, workingDirectory: folder ?? FileManager.default.currentDirectoryPath,
      runID: "samctl/\(UUID().uuidString)",
      onStandardError: { FileHandle.standardError.write(Data($0)) })
    let process = try await GuardedProcess.launch(launch)
    guard let input = process.takeStandardInput(), let output = process.takeStandardOutput() else {
      throw CommandFailure(.failed, "The agent's standard streams are not there. Report this.", code: "no_streams")
    }
    return PlainAgent(
      process: process, transport: try PipeTransport(reading: output, writing: input, closesDescriptors: true))
  }

  /// Gives it a moment to end by itself, ends it and all that it started.
  /// - Returns: its exit status, as a shell says it.
  func end() async -> Int32 {
    transport.finishWriting()
    for _ in 0..<200 where process.exit == nil {
      // Only cancellation wakes early, and then there is no time.
      do { try await Task.sleep(for: .milliseconds(10)) } catch { break }
    }
    process.kill()
    defer { transport.close() }
    return switch await process.waitUntilGone() {
    case .code(let code): code
    case .signal(let signal): 128 + signal
    case .unseen: 1
    }
  }
}
