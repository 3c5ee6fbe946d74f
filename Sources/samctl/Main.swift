// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Foundation
internal import SAMAgentRuntime

/// Parses, runs, and turns every end into one exit status of ``EndStatus``.
@main
enum Main {
  static func main() async {
    // samctl starts agents only to check them, and then it is their guard itself.
    ProcessGuard.runIfAsked()
    // Who stops reading gets no more; that is no crash.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try Samctl.parseAsRoot(nil)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      let isJSON = CommandLine.arguments.prefix { $0 != "--" }.contains("--json")
      exit(Ending(error).tell(Output.standard(isJSON: isJSON)))
    }
  }
}
