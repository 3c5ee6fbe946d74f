// SPDX-License-Identifier: Apache-2.0
internal import CSAMShims
internal import Foundation

/// The parent of every agent's process, in the program that embeds SAM.
public enum ProcessGuard {
  /// Becomes the guard when the program was started as `PROGRAM guard …`, and does not return then.
  ///
  /// Call it before anything else in `main`: SAM starts the program that ``MachineConfiguration/guardExecutable`` names
  /// this way, usually the program itself.
  public static func runIfAsked() {
    guard CommandLine.argc > 1, let verb = CommandLine.unsafeArgv[1], String(cString: verb) == "guard" else { return }
    exit(sam_guard_main(CommandLine.argc - 1, CommandLine.unsafeArgv + 1))
  }

  /// The path of the running program.
  public static var ownExecutable: String {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return link ?? CommandLine.arguments[0]
  }
}
