// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI

/// The root command.
struct Samctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "samctl",
    abstract: "Give coding agents work on machines you own, watch them, and answer them.",
    discussion: """
      A first task, with samd running on this machine ('samd serve'):

        samctl project add shop ~/src/shop
        samctl run "Make the failing test pass" --agent demo

      samctl finds samd by, in this order: --server and --token; SAM_SERVER and SAM_TOKEN; what 'samctl login' \
      stored in ~/.config/sam/samctl.json; the files 'endpoint' and 'token' in samd's data directory on this machine \
      (SAM_DATA, by default ~/.local/share/sam). A stored token is sent to its own server only.

      With --json each command prints one JSON document, 'run' and 'session attach' one JSON line for each thing \
      that happens, and errors are problem JSON (RFC 9457) on standard error. NO_COLOR turns colours off.

      Exit status:
      \(EndStatus.table)
      """,
    version: SAMVersion.current,
    groupedSubcommands: [
      CommandGroup(
        name: "Work",
        subcommands: [
          RunTask.self, TaskCommand.self, SessionCommand.self, ApprovalCommand.self, GrantCommand.self,
          ServeEditor.self,
        ]),
      CommandGroup(
        name: "Set up", subcommands: [LogIn.self, ProjectCommand.self, AgentCommand.self, SecretCommand.self]),
      CommandGroup(name: "Look after", subcommands: [MachineCommand.self, TokenCommand.self, ShowVersion.self]),
      CommandGroup(
        name: "Put to the test", subcommands: [ConformCommand.self, Simulate.self, Record.self, ReplayRecording.self]),
    ])
}
