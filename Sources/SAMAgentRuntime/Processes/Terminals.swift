// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Synchronization

/// The commands that an agent runs through its client (ACP `terminal/*`), each under a guard of its own.
///
/// One value serves one session; `releaseAll` ends what is left of it.
public final class Terminals: Sendable {
  /// The name of a terminal, made here.
  public struct ID: RawRepresentable, Hashable, Sendable {
    /// The name as the agent sees it.
    public let rawValue: String

    /// A name that came from the agent.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// A command to run.
  public struct Command: Sendable {
    /// A program; or, without arguments, a line for `/bin/sh`.
    public var command: String
    /// The program's arguments.
    public var arguments: [String]
    /// Variables beside those of the session.
    public var environment: [String: String]
    /// An absolute path; nil: the session's.
    public var workingDirectory: String?
    /// How many bytes of output are kept; nil: 1 MiB. Never more than 16 MiB.
    public var outputByteLimit: Int?

    /// A command; see the properties.
    public init(
      command: String, arguments: [String] = [], environment: [String: String] = [:], workingDirectory: String? = nil,
      outputByteLimit: Int? = nil
    ) {
      self.command = command
      self.arguments = arguments
      self.environment = environment
      self.workingDirectory = workingDirectory
      self.outputByteLimit = outputByteLimit
    }
  }

  /// What a command has written so far.
  public struct Output: Sendable, Hashable {
    /// The last part of standard output and error, as they came.
    public let text: String
    /// Whether earlier output was dropped to keep the limit.
    public let truncated: Bool
    /// How it ended; nil while it runs.
    public let exit: ProcessExit?
  }

  private let guardExecutable: String
  private let runID: String
  private let environment: [String: String]
  private let workingDirectory: String
  private let group: String?
  private let all = Mutex<(terminals: [ID: Terminal], made: Int)>(([:], 0))

  /// The terminals of one session.
  ///
  /// - Parameters:
  ///   - guardExecutable: See `GuardedLaunch`.
  ///   - runID: The run that the commands belong to.
  ///   - environment: What every command gets, see `AgentEnvironment`.
  ///   - workingDirectory: Where commands start that name no folder.
  ///   - group: The folder of the run's control group; each command gets one below it. Nil: none.
  public init(
    guardExecutable: String, runID: String, environment: [String: String], workingDirectory: String,
    group: String? = nil
  ) {
    self.guardExecutable = guardExecutable
    self.runID = runID
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.group = group
  }

  deinit {
    // The readers keep a terminal alive until its output ends, so this is what ends it.
    for terminal in all.withLock({ Array($0.terminals.values) }) { terminal.process.kill(grace: .milliseconds(500)) }
  }

  /// Starts a command.
  ///
  /// - Throws: What `GuardedProcess.launch(_:)` throws.
  public func create(_ command: Command) async throws -> ID {
    let directory = command.workingDirectory ?? workingDirectory
    var agent = AgentEnvironment(host: environment, explicit: environment)
    agent.add(command.environment)
    var program = command.command
    var arguments = command.arguments
    if arguments.isEmpty && Self.isShellLine(program) {
      arguments = ["-c", program]
      program = "/bin/sh"
    }
    let number = all.withLock { all in
      all.made += 1
      return all.made
    }
    let id = ID(rawValue: "term-\(number)")
    let process = try await GuardedProcess.launch(
      GuardedLaunch(
        guardExecutable: guardExecutable, program: program, arguments: arguments, environment: agent.variables,
        workingDirectory: directory, runID: runID, streams: .combinedOutput,
        group: group.map { "\($0)/\(id.rawValue)" }))
    let terminal = try Terminal(process, limit: min(command.outputByteLimit ?? 1 << 20, 16 << 20))
    all.withLock { $0.terminals[id] = terminal }
    return id
  }

  /// What it has written so far.
  ///
  /// - Throws: `RuntimeError` with `.noSuchProcess`.
  public func output(_ id: ID) throws -> Output {
    try terminal(id).output
  }

  /// Waits until the command has ended and all its output is there.
  ///
  /// - Throws: `RuntimeError` with `.noSuchProcess`; `CancellationError`.
  public func waitForExit(_ id: ID) async throws -> ProcessExit {
    try await terminal(id).finished.value()
  }

  /// Ends the command; its output stays readable until `release`.
  ///
  /// - Throws: `RuntimeError` with `.noSuchProcess`.
  public func kill(_ id: ID) throws {
    try terminal(id).process.kill()
  }

  /// Ends the command if it still runs, and forgets it.
  ///
  /// - Throws: `RuntimeError` with `.noSuchProcess`.
  public func release(_ id: ID) async throws {
    let terminal = try terminal(id)
    all.withLock { _ = $0.terminals.removeValue(forKey: id) }
    terminal.process.kill(grace: .milliseconds(500))
    await terminal.process.waitUntilGone()
  }

  /// Ends and forgets all of them.
  public func releaseAll() async {
    let terminals = all.withLock { all in
      defer { all.terminals = [:] }
      return Array(all.terminals.values)
    }
    for terminal in terminals { terminal.process.kill(grace: .milliseconds(500)) }
    for terminal in terminals { await terminal.process.waitUntilGone() }
  }

  private func terminal(_ id: ID) throws -> Terminal {
    guard let terminal = all.withLock({ $0.terminals[id] }) else {
      throw RuntimeError(.noSuchProcess, "There is no terminal “\(id.rawValue)”: it was released or never created.")
    }
    return terminal
  }

  /// Agents send whole lines as the command; what no program is called belongs to a shell.
  private static func isShellLine(_ command: String) -> Bool {
    command.contains { $0.isWhitespace || "|&;<>()$`\\\"'*?~{}".contains($0) } && access(command, X_OK) != 0
  }
}

/// One command and what it wrote.
private final class Terminal: Sendable {
  let process: GuardedProcess
  /// Kept when the program has ended and its output is complete.
  let finished = Promise<ProcessExit>()
  private let tail: Mutex<OutputTail>

  init(_ process: GuardedProcess, limit: Int) throws {
    self.process = process
    tail = Mutex(OutputTail(limit: limit))
    guard let descriptor = process.takeStandardOutput() else { return }
    try DescriptorReader.shared.read(
      descriptor,
      onBytes: { [self] bytes in tail.withLock { $0.append(bytes) } },
      onEnd: { [self] in process.onGone { self.finished.keep($0) } })
  }

  var output: Terminals.Output {
    let exit = finished.current
    return tail.withLock {
      Terminals.Output(text: $0.text(ended: exit != nil), truncated: $0.truncated, exit: exit)
    }
  }
}
