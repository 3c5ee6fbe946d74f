// SPDX-License-Identifier: Apache-2.0

/// What a guarded process is: the program, its surroundings, and the lock that it needs.
public struct GuardedLaunch: Sendable {
  /// What the program's standard streams are connected to.
  public enum Streams: Sendable, Hashable {
    /// Standard input and output as pipes for the caller; standard error is collected.
    case pipes
    /// Nothing to read; standard output and error together in one pipe for the caller.
    case combinedOutput
    /// A terminal of its own, of this size in characters; the caller gets its other end.
    case terminal(columns: UInt16, rows: UInt16)
  }

  /// The program that is the guard: `samd`, or anything else whose `guard` verb calls `sam_guard_main`.
  public var guardExecutable: String

  /// A name on the PATH of `environment`, or a path.
  public var program: String

  /// The arguments after the program's name.
  public var arguments: [String]

  /// The whole environment, see `AgentEnvironment`.
  public var environment: [String: String]

  /// Where the program starts; an absolute path.
  public var workingDirectory: String

  /// The file whose lock stands for the workspace, held until the last descendant is dead. Its folder must exist, and
  /// should not be in the workspace. Nil: no lock.
  public var lockFile: String?

  /// How long to wait for that lock.
  public var lockWait: Duration

  /// How long the processes have between the request to end (SIGTERM) and the end (SIGKILL).
  public var grace: Duration

  /// Marks the processes (as `SAM_RUN_ID`), so that strays are found after everything else has failed. Start it with
  /// the installation's id.
  public var runID: String

  /// What the standard streams are.
  public var streams: Streams

  /// The folder of the control group that the processes are in: the guard makes it, and removes it when all are gone. The
  /// one above it must be there. Nil: the group of this process.
  public var group: String?

  /// Called with what the program writes to standard error, in order, on the thread that reads for
  /// all processes: do not block there.
  public var onStandardError: (@Sendable ([UInt8]) -> Void)?

  /// A launch; see the properties.
  public init(
    guardExecutable: String, program: String, arguments: [String] = [], environment: [String: String],
    workingDirectory: String, lockFile: String? = nil, lockWait: Duration = .zero, grace: Duration = .seconds(2),
    runID: String, streams: Streams = .pipes, group: String? = nil,
    onStandardError: (@Sendable ([UInt8]) -> Void)? = nil
  ) {
    self.guardExecutable = guardExecutable
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.lockFile = lockFile
    self.lockWait = lockWait
    self.grace = grace
    self.runID = runID
    self.streams = streams
    self.group = group
    self.onStandardError = onStandardError
  }

  /// The variable that carries the run id.
  public static let runIDVariable = "SAM_RUN_ID"
}

extension Duration {
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
