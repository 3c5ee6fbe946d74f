// SPDX-License-Identifier: Apache-2.0
internal import Foundation

extension RuntimeError.Code {
  /// The agent's program is nowhere on the PATH that it would get.
  public static let programNotInstalled = Self(rawValue: "program_not_installed")
  /// The program exists and cannot be executed.
  public static let programNotExecutable = Self(rawValue: "program_not_executable")
  /// The working directory does not exist or cannot be entered.
  public static let badWorkingDirectory = Self(rawValue: "bad_working_directory")
  /// Another run holds the workspace.
  public static let workspaceLocked = Self(rawValue: "workspace_locked")
  /// The lock file itself cannot be made or opened.
  public static let lockUnusable = Self(rawValue: "lock_unusable")
  /// The guard program is missing or broken.
  public static let guardUnusable = Self(rawValue: "guard_unusable")
  /// The operating system refused a process, a pipe or a terminal.
  public static let systemRefused = Self(rawValue: "system_refused")
  /// The process, or the terminal, is no longer there.
  public static let noSuchProcess = Self(rawValue: "no_such_process")
}

/// What the operating system says about an error number, with the number.
func explain(errno number: Int32) -> String {
  "\(String(cString: strerror(number))) (errno \(number))"
}

extension RuntimeError {
  static func system(_ what: String, errno number: Int32) -> RuntimeError {
    let advice =
      switch number {
      case EMFILE, ENFILE: "Raise the limit of open files (ulimit -n), or run fewer agents at once."
      case EAGAIN, ENOMEM: "The machine is out of processes or memory; run fewer agents at once."
      default: "See the system's log."
      }
    return RuntimeError(.systemRefused, "\(what): \(explain(errno: number)). \(advice)")
  }

  static func notInstalled(_ program: String, searched path: String) -> RuntimeError {
    RuntimeError(
      .programNotInstalled,
      "“\(program)” is not installed: no such program in any folder of PATH. Install it on this machine, "
        + "or name it with its full path in the profile.",
      evidence: "PATH that was searched: \(path)")
  }

  static func locked(_ file: String) -> RuntimeError {
    RuntimeError(
      .workspaceLocked,
      "The workspace is in use by another run. Wait until it has ended, or stop that run.",
      evidence: "lock file: \(file)")
  }

  /// What the guard reported instead of a start.
  static func guardReport(kind: String, errno number: Int32, launch: GuardedLaunch) -> RuntimeError {
    switch kind {
    case "locked":
      return .locked(launch.lockFile ?? "")
    case "lock":
      return RuntimeError(
        .lockUnusable,
        "The lock file of the workspace cannot be opened: \(explain(errno: number)). "
          + "Check that its folder exists and is writable.", evidence: "lock file: \(launch.lockFile ?? "")")
    case "not-found":
      // The program was found a moment ago, so what is missing is what its first line names.
      return RuntimeError(
        .programNotExecutable,
        "“\(launch.program)” exists but cannot be started: the interpreter that its first line names is missing. "
          + "Install that interpreter (for example node or python3).", evidence: explain(errno: number))
    case "exec":
      return RuntimeError(
        .programNotExecutable,
        "“\(launch.program)” cannot be executed: \(explain(errno: number)). Check that it is a program for this "
          + "machine and that its file mode allows execution.")
    case "group":
      return RuntimeError(
        .systemRefused,
        "“\(launch.program)” could not be put into its control group: \(explain(errno: number)). Try again; if it stays "
          + "so, see who else changes groups there.", evidence: "control group: \(launch.group ?? "")")
    default:
      return .system("“\(launch.program)” could not be started (\(kind))", errno: number)
    }
  }
}
