// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// I8: SAM asks for a destroy only after the work is on the remote or in a bundle, or a person has let go of it.
struct I08Work {
  private(set) var count = 0

  /// - Parameter isKnown: whether the ledger knows a workspace. After a restore that a person has confirmed, what it
  ///   does not know may go.
  mutating func destroys(
    _ machine: SimMachine, _ remote: SimRemote, isDiscarded: Bool, isKnown: (WorkspaceID) -> Bool
  ) -> [String] {
    count += 1
    guard !isDiscarded else { return [] }
    return machine.workspaces.sorted { $0.key < $1.key }.flatMap { id, workspace in
      !isKnown(id)
        ? []
        : workspace.pieces.filter { !remote.has($0, branch: workspace.branch) }.map {
          "\(machine.id) was destroyed with \($0) of \(id), which is nowhere else"
        }
    }
  }
}
