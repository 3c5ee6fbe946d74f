// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import SAMCore

/// Where a machine keeps its things and how it behaves.
public struct MachineConfiguration: Sendable {
  /// The folder for workspaces, journals and repositories; made when it is missing, for its owner only.
  public var directory: String
  /// The program whose `guard` verb is the process guard: `samd`.
  public var guardExecutable: String
  /// What agents may inherit from, by an allow-list.
  public var environment: [String: String]
  /// Marks every process of this installation, so that strays are found.
  public var installation: InstallationID
  /// How sessions behave.
  public var settings: SessionHost.Settings
  /// How long an agent may take to start and initialise.
  public var startTimeout: Duration

  /// - Parameters: as the properties of the same names.
  public init(
    directory: String, guardExecutable: String, environment: [String: String], installation: InstallationID,
    settings: SessionHost.Settings = SessionHost.Settings(), startTimeout: Duration = .seconds(60)
  ) {
    self.directory = directory
    self.guardExecutable = guardExecutable
    self.environment = environment
    self.installation = installation
    self.settings = settings
    self.startTimeout = startTimeout
  }
}

/// What every session of one machine shares.
struct MachineContext: Sendable {
  let configuration: MachineConfiguration
  let clock: WallClock
  let ids: IDSource
  let failpoints: Failpoints
  /// Nil where the system has none that SAM may use.
  let groups: ControlGroups?
  let report: @Sendable (String) -> Void

  var settings: SessionHost.Settings { configuration.settings }

  func journalPath(_ session: SessionID) -> String { "\(configuration.directory)/sessions/\(session)/journal" }
  func recordingPath(_ session: SessionID) -> String {
    "\(configuration.directory)/sessions/\(session)/recording.ndjson"
  }
  func workspacePath(_ workspace: WorkspaceID) -> String { "\(configuration.directory)/workspaces/\(workspace)/tree" }
  /// Where files lie that came with prompts: beside the work tree, so that they are never committed.
  func attachmentsPath(_ workspace: WorkspaceID) -> String {
    "\(configuration.directory)/workspaces/\(workspace)/attachments"
  }
  /// The home folder of an agent that is given files: it lives as long as the workspace, and is in no commit.
  func homePath(_ workspace: WorkspaceID) -> String { "\(configuration.directory)/workspaces/\(workspace)/home" }
  func lockPath(_ workspace: WorkspaceID) -> String { "\(configuration.directory)/workspaces/\(workspace)/lock" }

  /// The control group of one run.
  func group(_ name: String, limits: ProcessLimits?) -> RunGroup {
    groups?.make(name, limits: limits)
      ?? RunGroup(path: nil, lacks: limits?.lack("it has no control groups of version 2 that samd may divide"))
  }
  var repositoriesPath: String { "\(configuration.directory)/repositories" }
}
