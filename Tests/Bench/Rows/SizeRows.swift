// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How large the programs are, and what makes them so.
enum SizeRows {
  static func measure(_ table: Table, _ effort: Effort) async throws {
    let scratch = try Scratch()
    for (name, program) in [("samd", Build.samd), ("samctl", Build.samctl)] {
      let copy = scratch.path(name)
      // The content, never a link: what is stripped must not be the build itself.
      guard FileManager.default.createFile(atPath: copy, contents: FileManager.default.contents(atPath: program)) else {
        throw BenchFailure("\(program) cannot be copied to \(copy)")
      }
      _ = try Build.run("strip", ["-s", copy])
      let size = try FileManager.default.attributesOfItem(atPath: copy)[.size] as? Int ?? 0
      table.row("\(name), stripped", Sample([Double(size) / 1_000_000]), "MB")
    }
    let libraries = try swiftLibraries(of: Build.samd)
    table.row(
      "Swift's shared libraries that samd needs beside it (\(libraries.count))",
      Sample([Double(libraries.reduce(0) { $0 + $1.size }) / 1_000_000]), "MB")
    table.note("samd's sections: \(try sections(of: scratch.path("samd")))")
    table.note("samd's code and data by module (nm of the unstripped program): \(try modules(of: Build.samd))")
  }

  /// The shared libraries that are no part of the system: those that a toolchain or a Swift runtime brings.
  private static func swiftLibraries(of program: String) throws -> [(path: String, size: Int)] {
    try Build.run("ldd", [program]).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count > 2, words[1] == "=>", words[2].contains("/swift") || words[0].contains("Foundation") else {
        return nil
      }
      let path = URL(fileURLWithPath: String(words[2])).resolvingSymlinksInPath().path
      return (path, try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0)
    }
  }

  /// The largest sections of a program.
  private static func sections(of program: String) throws -> String {
    let lines = try Build.run("size", ["-A", program]).split(separator: "\n").map { $0.split(separator: " ") }
    let sizes = lines.compactMap { words -> (name: String, size: Int)? in
      guard words.count == 3, words[0] != "Total", let size = Int(words[1]) else { return nil }
      return (String(words[0]), size)
    }
    return list(sizes, most: 7)
  }

  /// The modules and C libraries with the largest symbols, by the names of those.
  private static func modules(of program: String) throws -> String {
    var sizes: [String: Int] = [:]
    for line in try Build.run("nm", ["-S", "--defined-only", program]).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3)
      guard words.count == 4, let size = Int(words[1], radix: 16), !"bB".contains(words[2]) else { continue }
      sizes[module(of: words[3]), default: 0] += size
    }
    return list(sizes.map { (name: $0.key, size: $0.value) }, most: 12)
  }

  /// The module in a symbol's name: Swift mangles it as `$s`, its length, its name.
  private static func module(of symbol: Substring) -> String {
    let name = symbol.hasPrefix("symbolic ") ? symbol.dropFirst("symbolic ".count) : symbol
    if let start = name.firstRange(of: "$s")?.upperBound {
      let digits = name[start...].prefix(while: \.isNumber)
      if let length = Int(digits), length > 0 { return String(name[digits.endIndex...].prefix(length)) }
      return "Swift's own types"
    }
    if name.contains("BoringSSL") || name.contains("bssl") { return "BoringSSL" }
    if name.hasPrefix("sqlite3") { return "SQLite" }
    return "C and others"
  }

  private static func list(_ sizes: [(name: String, size: Int)], most: Int) -> String {
    sizes.sorted { $0.size > $1.size }.prefix(most).map {
      "\($0.name) \(String(format: "%.2f", Double($0.size) / 1e6))"
    }
    .joined(separator: ", ") + " (MB)"
  }
}
