// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SAMAgentRuntime

/// A rule about a path is a rule about the file, whatever links lead to it.
@Suite struct WorkspacePathsTests {
  @Test func filesAreWhereTheirLinksLead() throws {
    let top = FileManager.default.temporaryDirectory.appending(path: "paths-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: top) }
    let root = top + "/tree"
    let files = FileManager.default
    try files.createDirectory(atPath: root + "/secrets", withIntermediateDirectories: true)
    try files.createDirectory(atPath: root + "/src", withIntermediateDirectories: true)
    for (link, target) in [
      ("inner", "secrets"), ("src/up", "../secrets"), ("outer", "/etc"), ("dangling", "/nowhere/file"),
      ("loop", "loop"),
      ("out", "../elsewhere"),
    ] {
      try files.createSymbolicLink(atPath: "\(root)/\(link)", withDestinationPath: target)
    }
    try files.createSymbolicLink(atPath: top + "/alias", withDestinationPath: root)
    let real = WorkspacePaths(root: root)
    let paths = WorkspacePaths(root: top + "/alias")
    #expect(real.place("\(top)/alias/src/a") == "src/a", "by whatever name the workspace is called")
    let parent = paths.place("..")
    for (path, place) in [
      ("src/a", "src/a"), (root + "/src/a", "src/a"), (root, "."), (root + "/", "."), ("src/../b", "b"),
      ("new/file", "new/file"),
      ("inner/key", "secrets/key"), ("src/up/key", "secrets/key"), ("outer/passwd", "/etc/passwd"),
      ("dangling", "/nowhere/file"), ("/etc/passwd", "/etc/passwd"), ("../x", parent + "/x"),
      ("out/x", parent + "/elsewhere/x"),
      ("inner/../src/a", "src/a"), (root + "-other/a", parent + "/tree-other/a"), ("loop", "loop"),
    ] {
      #expect(paths.place(path) == place, "\(path)")
    }
  }
}
