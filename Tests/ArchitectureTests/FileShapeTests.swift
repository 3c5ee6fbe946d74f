// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite("Files")
struct FileShapeTests {
  private static func everything() throws -> [Repository.File] {
    var files = try Repository.files(in: "Sources", ["swift", "c", "h", "js", "css", "html"])
    files += try Repository.files(in: "Tests", ["swift", "c", "h", "py"])
    files += try Repository.files(in: "Examples", ["swift"])
    files += try Repository.files(in: "Tools", ["", "py"])
    files += try Repository.files(in: ".ci", [""])
    return files
  }

  @Test("a reader does not suffer: no file has more than 450 lines")
  func filesAreShort() throws {
    let files = try Self.everything()
    #expect(files.count > 50, "the files were not found")
    for file in files {
      #expect(file.lines.count <= 450, "\(file.path) has \(file.lines.count) lines; split it by idea")
    }
  }

  @Test("every file says its licence in the first two lines")
  func filesSayTheirLicence() throws {
    for file in try Self.everything() {
      let head = file.lines.prefix(2).joined()
      #expect(head.contains("SPDX-License-Identifier: Apache-2.0"), "\(file.path) lacks the SPDX line")
    }
  }

  @Test("the C stays small enough to be read in one go: under 300 lines a file")
  func shimsAreSmall() throws {
    let files = try Repository.files(in: "Sources/CSAMShims", ["c", "h"])
    #expect(!files.isEmpty)
    for file in files { #expect(file.lines.count < 300, "\(file.path) has \(file.lines.count) lines") }
  }

  @Test(
    "no short cuts in shipped code",
    arguments: [
      ("fatal" + "Error(", "an input must not end the process"), ("try" + "! ", "handle the error"),
      ("as" + "! ", "handle the other type"), ("TO" + "DO", "do it or write an issue"),
      ("FIX" + "ME", "fix it or write an issue"),
    ])
  func noShortCuts(word: String, instead: String) throws {
    for file in try Repository.files(in: "Sources", ["swift"]) {
      for (number, line) in file.lines.enumerated() {
        #expect(!line.contains(word), "\(file.path):\(number + 1) has '\(word)': \(instead)")
      }
    }
  }

  @Test("a promise about sharing that the compiler cannot check has its reason beside it")
  func uncheckedSendableHasReason() throws {
    let words = ["@unchecked Sendable", "nonisolated(unsafe)"]
    for file in try Repository.files(in: "Sources", ["swift"]) {
      for (number, line) in file.lines.enumerated() where words.contains(where: line.contains) {
        // The line itself or the comment and declaration right above it.
        let around = file.lines[max(0, number - 6)...number]
        #expect(
          around.contains { $0.contains("//") }, "\(file.path):\(number + 1) needs a comment that gives the reason")
      }
    }
  }
}
