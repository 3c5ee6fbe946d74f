// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Finds programs as a shell would, without starting one.
public enum ProgramSearch {
  /// The full path of a program.
  ///
  /// - Parameters:
  ///   - program: A name, looked up in `path`; or a path, absolute or relative to `directory`.
  ///   - path: Folders separated by `:`.
  ///   - directory: Where relative paths start.
  /// - Throws: `RuntimeError` with `.programNotInstalled` or `.programNotExecutable`.
  public static func resolve(_ program: String, path: String, directory: String) throws -> String {
    if program.contains("/") {
      let full = program.hasPrefix("/") ? program : directory + "/" + program
      switch judge(full) {
      case .usable: return full
      case .unusable: throw notExecutable(full)
      case .absent:
        throw RuntimeError(
          .programNotInstalled, "There is no program “\(full)”. Install it, or correct its path in the profile.")
      }
    }
    var unusable: String?
    if !program.isEmpty {
      for folder in path.split(separator: ":") {
        let full = folder + "/" + program
        switch judge(String(full)) {
        case .usable: return String(full)
        case .unusable: unusable = unusable ?? String(full)
        case .absent: continue
        }
      }
    }
    if let unusable { throw notExecutable(unusable) }
    throw RuntimeError.notInstalled(program, searched: path)
  }

  private enum Verdict { case usable, unusable, absent }

  private static func judge(_ path: String) -> Verdict {
    var info = stat()
    guard stat(path, &info) == 0 else { return errno == EACCES ? .unusable : .absent }
    guard info.st_mode & S_IFMT == S_IFREG else { return .absent }
    return access(path, X_OK) == 0 ? .usable : .unusable
  }

  private static func notExecutable(_ path: String) -> RuntimeError {
    RuntimeError(
      .programNotExecutable, "“\(path)” is not executable. Allow it with: chmod +x '\(path)'")
  }
}
