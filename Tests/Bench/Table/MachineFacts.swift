// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What the figures depend on besides the program.
enum MachineFacts {
  /// The facts, a line each.
  static func lines() -> [String] {
    let folder = FileManager.default.temporaryDirectory.path
    return [
      "cores       \(sysconf(Int32(_SC_NPROCESSORS_ONLN)))",
      "cpu         \(field("model name", of: "/proc/cpuinfo") ?? "unknown")",
      "memory      \(field("MemTotal", of: "/proc/meminfo") ?? "unknown")",
      "kernel      \(text("/proc/sys/kernel/osrelease"))",
      "filesystem  \(filesystem(of: folder)) (\(folder))",
      "load        \(load)",
      "build       \(build)",
    ]
  }

  /// The load average of 1, 5 and 15 minutes.
  static var load: String { text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ") }

  private static var build: String {
    #if DEBUG
      "DEBUG: the figures mean nothing"
    #else
      "release"
    #endif
  }

  private static func text(_ path: String) -> String {
    guard let data = FileManager.default.contents(atPath: path) else { return "unknown" }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func field(_ name: String, of path: String) -> String? {
    text(path).split(separator: "\n").first { $0.hasPrefix(name) }?
      .split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
  }

  /// The type of the mount that holds a folder.
  private static func filesystem(of folder: String) -> String {
    let mounts = text("/proc/self/mounts").split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let holding = mounts.filter { mount in
      mount.count > 2 && (mount[1] == "/" || folder == mount[1] || folder.hasPrefix(mount[1] + "/"))
    }
    return holding.max { $0[1].count < $1[1].count }?[2] ?? "unknown"
  }
}
