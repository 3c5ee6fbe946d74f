// SPDX-License-Identifier: Apache-2.0

/// What is taken when the command line does not say.
enum Choice {
  /// The agent that needs no account; it plays a script.
  private static let demo = "demo"

  /// The only project.
  /// - Throws: ``CommandFailure`` with the names to choose from.
  static func project(_ names: [String]) throws -> String {
    if names.count == 1 { return names[0] }
    throw CommandFailure(
      .usage,
      names.isEmpty
        ? "There is no project yet. Add one: samctl project add NAME REPOSITORY"
        : "There are \(names.count) projects. Choose with --project: \(names.sorted().joined(separator: ", "))",
      code: "ambiguous_project")
  }

  /// The only agent, where `demo` counts only when it is alone: nobody wants a script by accident, nor a bill.
  /// - Throws: ``CommandFailure`` with the names to choose from.
  static func agent(_ names: [String]) throws -> String {
    let real = names.filter { $0 != demo }
    if real.count == 1 { return real[0] }
    if real.isEmpty, names.contains(demo) { return demo }
    throw CommandFailure(
      .usage,
      names.isEmpty
        ? "There is no agent yet. Add one: samctl agent add NAME -- COMMAND ARGS…"
        : "There are \(names.count) agents. Choose with --agent: \(names.sorted().joined(separator: ", "))",
      code: "ambiguous_agent")
  }
}
