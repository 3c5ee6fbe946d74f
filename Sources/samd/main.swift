// SPDX-License-Identifier: Apache-2.0
import CSAMShims

// The guard is C and starts before anything of Swift does: it is the parent of every agent, and there are many.
if CommandLine.argc > 1, let verb = CommandLine.unsafeArgv[1], String(cString: verb) == "guard" {
  exit(sam_guard_main(CommandLine.argc - 1, CommandLine.unsafeArgv + 1))
}
await Samd.main()
