// SPDX-License-Identifier: Apache-2.0

/// A person removes a project. Its tasks stay readable; its repository is not touched.
public struct RemoveProject: Command {
  /// The stable name.
  public static let name = "project.remove"
  /// Which.
  public var project: ProjectID

  /// - Parameter project: which.
  public init(project: ProjectID) { self.project = project }

  /// Refuses while tasks of the project are under way.
  public func decide(in decision: inout Decision) throws -> Project {
    let current = try decision.get(Project.self, project)
    let busy = TaskState.allCases.filter { !SAMTask.table.isFinal($0) && $0 != .draft }.map(\.rawValue)
    let open = try decision.all(SAMTask.self, StateQuery(SAMTask.kind, statuses: busy, project: project, limit: 1))
    if let task = open.first {
      throw Rejection(
        .wrongState, "task '\(task.id)' of project '\(current.name)' is \(task.state.rawValue); cancel it first")
    }
    decision.release(Project.nameClaim(current.name, owner: current.owner))
    return try decision.record(.removed, on: project, as: Project.self)
  }
}
