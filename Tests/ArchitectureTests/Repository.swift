// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The files of this repository.
enum Repository {
  /// The top folder.
  static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A text file of the repository.
  struct File: Sendable {
    /// Its path from the top folder.
    let path: String
    /// Its lines.
    let lines: [String]
  }

  /// The text of one file.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// All files below a folder with one of some extensions, sorted; empty when there is no such folder.
  ///
  /// - Parameters:
  ///   - folder: The folder, from the top folder.
  ///   - extensions: The extensions without dot; "" is a file without one.
  static func files(in folder: String, _ extensions: Set<String>) throws -> [File] {
    let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap { $0 as? String }
    return try (names ?? []).sorted()
      .filter { !$0.split(separator: "/").contains { part in part.hasPrefix(".build") || part == "__pycache__" } }
      .filter { extensions.contains(URL(fileURLWithPath: $0).pathExtension) }
      .filter { !isFolder("\(folder)/\($0)") }
      .map { name in
        let text = try text("\(folder)/\(name)")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return File(path: "\(folder)/\(name)", lines: lines.last == "" ? lines.dropLast() : lines)
      }
  }

  /// The names of the folders directly in a folder, sorted.
  static func folders(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
      .filter { isFolder("\(folder)/\($0)") }.sorted()
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
