// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SAMAgentRuntime

@Suite("The files of a workspace")
struct WorkspaceFilesTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write("ws/a.txt", "one\ntwo\r\nthree\nfour")
    try folder.write("ws/sub/b.txt", "b\n", mode: 0o750)
    try folder.write("outside.txt", "secret\n")
    for (link, target) in [
      ("out", "../outside.txt"), ("absolute", folder.file("outside.txt")), ("up", ".."), ("within", "sub/b.txt"),
      ("folder", "sub"), ("nowhere", "missing"), ("newout", "../new.txt"), ("proc", "/proc/self/root"),
    ] {
      try FileManager.default.createSymbolicLink(atPath: folder.file("ws/" + link), withDestinationPath: target)
    }
  }

  private func files(kernel: Bool = true) throws -> WorkspaceFiles {
    var files = try WorkspaceFiles(root: folder.file("ws"))
    files.usesKernel = kernel
    return files
  }

  @Test(
    "are read by line, counted from one, with their line ends",
    arguments: [
      (nil, nil, "one\ntwo\r\nthree\nfour"), (1, 1, "one\n"), (2, 2, "two\r\nthree\n"), (4, 5, "four"),
      (4, nil, "four"),
      (5, 1, ""), (0, 1, "one\n"), (1, 0, ""), (nil, 2, "one\ntwo\r\n"), (3, nil, "three\nfour"),
    ] as [(Int?, Int?, String)])
  func lines(line: Int?, limit: Int?, text: String) throws {
    #expect(try files().readText("a.txt", line: line, limit: limit) == text)
    #expect(try files().readText(folder.file("ws/a.txt"), line: line, limit: limit) == text)
  }

  @Test(
    "end at the workspace",
    arguments: [
      "../outside.txt", "sub/../../outside.txt", "/etc/passwd", "out", "absolute", "up/outside.txt", "proc/etc/passwd",
      "folder/../../outside.txt", "/", "newout",
    ], [true, false])
  func outside(path: String, kernel: Bool) throws {
    let files = try files(kernel: kernel)
    let read = #expect(throws: RuntimeError.self) { try files.readText(path) }
    #expect(
      [.outsideWorkspace, .noSuchFile, .notAFile].contains(read?.code)
        && (read?.code == .outsideWorkspace || !kernel || path == "newout"), "\(String(describing: read))")
    let written = #expect(throws: RuntimeError.self) { try files.writeText(path, "broken out") }
    #expect(written?.code == .outsideWorkspace || !kernel, "\(String(describing: written))")
    #expect(try folder.read("outside.txt") == "secret\n")
    #expect(!FileManager.default.fileExists(atPath: folder.file("new.txt")))
  }

  @Test("say that a path is outside, by its name")
  func words() throws {
    let error = try #require(throws: RuntimeError.self) { try files().readText("/etc/passwd") }
    #expect(error.message.contains("/etc/passwd") && error.message.contains("outside of the workspace"))
  }

  @Test("are written at once, with their folders, and keep their mode", arguments: [true, false])
  func writes(kernel: Bool) throws {
    let files = try files(kernel: kernel)
    try files.writeText("new/deep/c.txt", "c\n")
    #expect(try folder.read("ws/new/deep/c.txt") == "c\n")
    try files.writeText(folder.file("ws/sub/./x/../b.txt"), "changed\n")
    #expect(try folder.read("ws/sub/b.txt") == "changed\n")
    #expect(
      try FileManager.default.attributesOfItem(atPath: folder.file("ws/sub/b.txt"))[.posixPermissions] as? Int == 0o750)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("ws/sub")) == ["b.txt"], "no leftovers")
    try files.writeText("empty", "")
    #expect(try files.readText("empty") == "")
  }

  @Test("links within the workspace are followed and stay links")
  func links() throws {
    let files = try files()
    #expect(try files.readText("within") == "b\n")
    try files.writeText("within", "by link\n")
    try files.writeText("folder/c.txt", "c\n")
    #expect(try folder.read("ws/sub/b.txt") == "by link\n")
    #expect(try folder.read("ws/sub/c.txt") == "c\n")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("ws/within")) == "sub/b.txt")
  }

  @Test("that are no text, no files, missing or too large are refused by name")
  func refused() throws {
    var files = try files()
    try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: folder.file("ws/binary")))
    mkfifo(folder.file("ws/pipe"), 0o600)
    files.maximumBytes = 18
    for (path, code) in [
      ("binary", RuntimeError.Code.notText), ("pipe", .notAFile), ("sub", .notAFile), ("missing", .noSuchFile),
      ("a.txt/x", .notAFile), ("a.txt", .fileTooLarge), ("", .notAFile),
    ] {
      let error = #expect(throws: RuntimeError.self) { try files.readText(path) }
      #expect(error?.code == code, "\(path): \(String(describing: error))")
      if code != .notText, code != .noSuchFile, code != .fileTooLarge {
        #expect(throws: RuntimeError.self) { try files.writeText(path, "x") }
      }
    }
    let error = #expect(throws: RuntimeError.self) { try files.writeText("big", String(repeating: "x", count: 19)) }
    #expect(error?.code == .fileTooLarge)
    #expect(throws: RuntimeError.self) { try WorkspaceFiles(root: folder.file("nowhere")) }
  }

  @Test("can be named by a root that is itself a link")
  func linkedRoot() throws {
    try FileManager.default.createSymbolicLink(atPath: folder.file("alias"), withDestinationPath: "ws")
    let files = try WorkspaceFiles(root: folder.file("alias"))
    #expect(try files.readText(folder.file("alias/sub/b.txt")) == "b\n")
    #expect(try files.readText(folder.file("ws/sub/b.txt")) == "b\n")
  }
}
