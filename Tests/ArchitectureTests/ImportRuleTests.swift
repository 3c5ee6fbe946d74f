// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite("Imports")
struct ImportRuleTests {
  private static let floors = Dictionary(uniqueKeysWithValues: Room.all.map { ($0.name, $0.floor) })

  @Test("every module has rules, and the rules name no module that is not there")
  func everyModuleHasRules() throws {
    let folders = try Repository.folders(in: "Sources")
    #expect(Set(folders) == Set(Room.all.map(\.name)))
  }

  @Test("an import only ever points down", arguments: Room.all.map(\.name))
  func importsPointDown(module: String) throws {
    let room = try #require(Room.all.first { $0.name == module })
    for allowed in room.modules {
      let floor = try #require(Self.floors[allowed], "the rules of \(module) name the unknown module \(allowed)")
      #expect(floor < room.floor, "the rules of \(module) allow \(allowed), which is not below it")
    }
    for file in try Repository.files(in: "Sources/\(module)", ["swift"]) {
      for (number, imported) in Self.imports(of: file) {
        let isAllowed =
          room.modules.contains(imported) || room.libraries.contains(imported) || Room.anywhere.contains(imported)
        #expect(isAllowed, "\(file.path):\(number) imports \(imported); docs/modules.md says what \(module) may import")
      }
    }
  }

  @Test("C includes only C")
  func shimsIncludeOnlyC() throws {
    for file in try Repository.files(in: "Sources/CSAMShims", ["c", "h"]) {
      for (number, line) in file.lines.enumerated() where line.hasPrefix("#include \"") {
        #expect(line == "#include \"CSAMShims.h\"", "\(file.path):\(number + 1)")
      }
    }
  }

  @Test("docs/modules.md has a row for every module")
  func documentationNamesEveryModule() throws {
    let text = try Repository.text("docs/modules.md")
    for room in Room.all {
      #expect(
        text.contains("| \(room.floor) | `\(room.name)` |"), "docs/modules.md lacks floor \(room.floor), \(room.name)")
    }
  }

  @Test(
    "an import is recognised in whatever way it is written",
    arguments: [
      ("import Foo", "Foo"), ("public import Foo", "Foo"), ("@_exported public import Foo", "Foo"),
      ("@testable import Foo", "Foo"), ("  internal import struct Foo.Bar", "Foo"), ("import func Foo.bar", "Foo"),
      ("@preconcurrency import Foo // why", "Foo"), ("@_spi(Inner) import Foo", "Foo"),
    ])
  func importsAreRecognised(line: String, module: String) {
    #expect(Self.imports(of: .init(path: "x.swift", lines: [line])).map(\.module) == [module])
  }

  @Test("what is no import is not taken for one", arguments: ["// import Foo", "let important = 1", "\"import Foo\""])
  func otherLinesAreNot(line: String) {
    #expect(Self.imports(of: .init(path: "x.swift", lines: [line])).isEmpty)
  }

  private static func imports(of file: Repository.File) -> [(line: Int, module: String)] {
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor"]
    let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    return file.lines.enumerated().compactMap { index, line in
      var words = line.split(separator: " ")[...]
      while let word = words.first, word.hasPrefix("@") || modifiers.contains(word) { words.removeFirst() }
      guard words.popFirst() == "import", var name = words.popFirst() else { return nil }
      if kinds.contains(name), let next = words.popFirst() { name = next }
      return (index + 1, String(name.prefix { $0 != "." }))
    }
  }
}
