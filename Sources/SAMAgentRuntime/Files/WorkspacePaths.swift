// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Where files that an agent names really are: rules for approvals must not be fooled by a symbolic link.
struct WorkspacePaths {
  private let root: String

  /// - Parameter root: The workspace, absolute.
  init(root: String) { self.root = Self.real(root) }

  /// A path without links: relative to the workspace, or absolute outside of it.
  func place(_ path: String) -> String {
    let real = Self.real(path.hasPrefix("/") ? path : "\(root)/\(path)")
    if real == root { return "." }
    return real.hasPrefix(root + "/") ? String(real.dropFirst(root.count + 1)) : real
  }

  /// Follows all links, also those that lead to what does not exist yet.
  private static func real(_ path: String) -> String {
    var done: [Substring] = []
    var rest = Array(path.split(separator: "/").reversed())
    var links = 0
    while let part = rest.popLast() {
      if part == "." { continue }
      if part == ".." {
        _ = done.popLast()
        continue
      }
      let here = "/" + (done + [part]).joined(separator: "/")
      // A kernel gives up after 40 links; what it cannot open is nowhere.
      guard links < 40, let target = link(here) else {
        done.append(part)
        continue
      }
      links += 1
      if target.hasPrefix("/") { done = [] }
      rest += target.split(separator: "/").reversed()
    }
    return "/" + done.joined(separator: "/")
  }

  private static func link(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }
}
