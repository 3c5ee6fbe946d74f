// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMCore
import SAMStorage
import Testing

@Suite("Secrets are sealed")
struct SecretTests {
  private func error(_ work: () async throws -> Void) async -> StoreError? {
    do {
      try await work()
      return nil
    } catch {
      return error as? StoreError
    }
  }

  private func mode(_ path: String) throws -> Int {
    (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0) & 0o777
  }

  @Test("a value comes back, also after reopening, and stands nowhere in clear")
  func roundTrip() async throws {
    let place = try Scratch()
    let directory = place.fresh()
    let secrets = try SealedSecretStore(directory: directory)
    let values = ["API_KEY": "sk-clear-text", "empty": "", "odd name é/..": "naïve\u{0}日本"]
    for (name, value) in values { try await secrets.set(name, to: value) }
    let again = try SealedSecretStore(directory: directory)
    for (name, value) in values { #expect(try await again.get(name) == value) }
    #expect(try await again.names() == values.keys.sorted())
    #expect(try await again.get("absent") == nil)
    let file = try #require(FileManager.default.contents(atPath: "\(directory)/secrets.json"))
    let text = String(decoding: file, as: UTF8.self)
    #expect(!text.contains("clear-text"))
    #expect(!text.contains(Data("sk-clear-text".utf8).base64EncodedString().prefix(12)))
    #expect(try mode("\(directory)/secrets.json") == 0o600)
    #expect(try mode("\(directory)/master.key") == 0o600)
    try await again.set("API_KEY", to: "sk-second")
    try await again.remove("empty")
    try await again.remove("empty")
    let third = try SealedSecretStore(directory: directory)
    #expect(try await third.get("API_KEY") == "sk-second")
    #expect(try await third.get("empty") == nil)
  }

  @Test("what was made of the present value becomes the value; what was made of an earlier one, or of none, does not")
  func compares() async throws {
    let place = try Scratch()
    let secrets = try SealedSecretStore(directory: place.fresh())
    func compare(_ known: SecretID?, _ value: String?) async throws -> LoginAnswer? {
      try await secrets.compare("login", known: known, value: value)
    }
    #expect(try await compare(nil, nil) == nil)
    let first = try #require(try await compare(nil, "one")).id
    #expect(try await compare(nil, nil) == .newer(first, value: "one"))
    #expect(try await compare(nil, "two") == .newer(first, value: "one"), "who has seen nothing replaces nothing")
    #expect(try await compare(first, nil) == .current(first))
    #expect(try await compare(first, "one") == .current(first))
    let second = try #require(try await compare(first, "two")).id
    #expect(second != first)
    #expect(try await secrets.get("login") == "two")
    #expect(try await compare(first, "three") == .newer(second, value: "two"))
    #expect(try await compare(first, "two") == .current(second), "who was not told that it is kept, is told now")
    try await secrets.remove("login")
    #expect(try await compare(second, "four") == nil, "a secret that was removed stays so")
    #expect(try await secrets.get("login") == nil)
  }

  @Test("of many that make something of one value at once, one is kept")
  func comparesAtOnce() async throws {
    let place = try Scratch()
    let secrets = try SealedSecretStore(directory: place.fresh())
    let first = try #require(try await secrets.compare("login", known: nil, value: "one")).id
    let kept = try await withThrowingTaskGroup(of: LoginAnswer?.self) { group in
      for number in 0..<20 {
        group.addTask { try await secrets.compare("login", known: first, value: "value \(number)") }
      }
      var kept = 0
      for try await case .current? in group { kept += 1 }
      return kept
    }
    #expect(kept == 1)
  }

  @Test("the same value is sealed differently each time")
  func freshKeys() async throws {
    let place = try Scratch()
    let directory = place.fresh()
    let secrets = try SealedSecretStore(directory: directory)
    var seen: Set<Data> = []
    for _ in 0..<3 {
      try await secrets.set("name", to: "value")
      seen.insert(try #require(FileManager.default.contents(atPath: "\(directory)/secrets.json")))
    }
    #expect(seen.count == 3)
  }

  @Test("a key that others may read is refused, with the command that repairs it", arguments: [0o640, 0o604, 0o660])
  func wideKey(_ mode: Int) async throws {
    let place = try Scratch()
    let directory = place.fresh()
    try await SealedSecretStore(directory: directory).set("name", to: "value")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(directory)/master.key")
    let refused = await error { _ = try SealedSecretStore(directory: directory) }
    #expect(refused?.message.contains("chmod 600 '\(directory)/master.key'") == true)
  }

  @Test(
    "secrets without their key are refused instead of being given a new one", arguments: ["missing", "other", "cut"])
  func wrongKey(_ kind: String) async throws {
    let place = try Scratch()
    let directory = place.fresh()
    try await SealedSecretStore(directory: directory).set("name", to: "value")
    let path = "\(directory)/master.key"
    switch kind {
    case "missing": try FileManager.default.removeItem(atPath: path)
    case "other": try Data(repeating: 1, count: 32).write(to: URL(fileURLWithPath: path))
    default: try Data(repeating: 1, count: 31).write(to: URL(fileURLWithPath: path))
    }
    let refused = await error { _ = try await SealedSecretStore(directory: directory).get("name") }
    #expect(refused?.code == .corrupt)
    #expect(FileManager.default.fileExists(atPath: path) == (kind != "missing"))
  }

  @Test(
    "a sealed value that is moved under another name, or changed, does not open",
    arguments: ["name", "sealed", "keyVersion"])
  func bound(_ what: String) async throws {
    let place = try Scratch()
    let directory = place.fresh()
    try await SealedSecretStore(directory: directory).set("cheap", to: "value")
    let path = "\(directory)/secrets.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let changed =
      switch what {
      case "name": text.replacingOccurrences(of: "\"cheap\"", with: "\"dear\"")
      case "keyVersion": text.replacingOccurrences(of: "\"keyVersion\" : 1", with: "\"keyVersion\" : 2")
      default: text.replacingOccurrences(of: "\"sealed\" : \"", with: "\"sealed\" : \"AAAA")
      }
    #expect(changed != text)
    try changed.write(toFile: path, atomically: false, encoding: .utf8)
    let secrets = try SealedSecretStore(directory: directory)
    let name = what == "name" ? "dear" : "cheap"
    #expect(await error { _ = try await secrets.get(name) }?.code == .corrupt)
  }

  @Test(
    "a file that is no JSON, or newer, is refused",
    arguments: [("{", StoreError.Code.corrupt), ("{\"version\":2,\"records\":{}}", .newerSchema)])
  func badFile(_ content: String, _ code: StoreError.Code) async throws {
    let place = try Scratch()
    let directory = place.fresh()
    _ = try SealedSecretStore(directory: directory)
    try content.write(toFile: "\(directory)/secrets.json", atomically: false, encoding: .utf8)
    #expect(await error { _ = try SealedSecretStore(directory: directory) }?.code == code)
  }
}
