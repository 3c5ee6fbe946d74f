// SPDX-License-Identifier: Apache-2.0

/// What a question is about, as far as it can be told from what the agent says: by it rules and grants are found.
public struct ApprovalSubject: Codable, Hashable, Sendable {
  /// The kind of tool; nil when the agent does not say.
  public var kind: String?
  /// The files, sorted: relative to the workspace, or absolute outside of it.
  public var paths: [String]
  /// The command line.
  public var command: String?

  /// - Parameter tool: what the agent wants to do.
  public init(_ tool: ToolActivity?) {
    kind = tool?.kind
    command = tool?.command
    let named = (tool?.paths ?? []) + (tool?.diffs ?? []).map(\.path)
    paths = Set(named.map(PathPattern.tidy)).sorted()
  }

  /// Whether none of its files is outside of the workspace.
  var staysInWorkspace: Bool { paths.allSatisfy(PathPattern.isBeneath) }

  /// Whether it says enough to be recognised: a command, or files.
  public var isRecognisable: Bool { kind == "execute" ? command != nil : kind != nil && !paths.isEmpty }

  /// What people read: `execute:make test`, `edit:hello.py`.
  public var text: String {
    "\(kind ?? "?"):\(kind == "execute" ? command ?? "" : paths.joined(separator: ", "))"
  }

  /// Whether another question is about exactly the same, to the byte.
  func isSame(as other: ApprovalSubject) -> Bool {
    func bytes(_ subject: ApprovalSubject) -> [[UInt8]?] {
      [subject.kind.map { Array($0.utf8) }, subject.command.map { Array($0.utf8) }]
        + subject.paths.map { Array($0.utf8) }
    }
    return bytes(self) == bytes(other)
  }
}
