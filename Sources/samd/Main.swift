// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CSAMShims
import Foundation

@main
enum Main {
  static func main() async {
    // The guard is C and comes before everything else: it is the parent of every agent, and there are many.
    if CommandLine.argc > 1, let verb = CommandLine.unsafeArgv[1], String(cString: verb) == "guard" {
      exit(sam_guard_main(CommandLine.argc - 1, CommandLine.unsafeArgv + 1))
    }
    await Samd.main()
  }
}
