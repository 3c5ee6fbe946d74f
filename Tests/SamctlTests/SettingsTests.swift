// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMClient
import Testing

@testable import samctl

@Suite struct SettingsTests {
  static let places = Places(environment: ["HOME": "/home/x"])

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var server: String?
    var token: String?
    var environment: [String: String] = [:]
    var login: Login?
    var local: Login?
    var expected: String
    var source: Settings.Source
    var expectedToken: String?
    var testDescription: String { name }
  }

  static let all = ["SAM_SERVER": "http://env:2", "SAM_TOKEN": "env"]
  static let stored = Login(server: "http://login:3", token: "login")
  static let here = Login(server: "http://local:4/", token: "local")

  static let cases: [Case] = [
    Case(
      name: "options count most", server: "http://flag:1", token: "flag", environment: all, login: stored, local: here,
      expected: "http://flag:1", source: .option, expectedToken: "flag"),
    Case(
      name: "then the environment", environment: all, login: stored, local: here, expected: "http://env:2",
      source: .environment, expectedToken: "env"),
    Case(
      name: "then the login", login: stored, local: here, expected: "http://login:3", source: .login,
      expectedToken: "login"),
    Case(name: "then this machine", local: here, expected: "http://local:4", source: .local, expectedToken: "local"),
    Case(
      name: "empty values are none", server: "", token: " ", environment: ["SAM_SERVER": "", "SAM_TOKEN": ""],
      local: here, expected: "http://local:4", source: .local, expectedToken: "local"),
    Case(
      name: "a stored token does not go to another server", server: "http://evil:1", login: stored, local: here,
      expected: "http://evil:1", source: .option, expectedToken: nil),
    Case(
      name: "nor by the environment", environment: ["SAM_SERVER": "http://evil:1"], login: stored, local: here,
      expected: "http://evil:1", source: .environment, expectedToken: nil),
    Case(
      name: "a stored token goes to its own server, however that is named", server: "http://LOCAL:4", login: stored,
      local: here, expected: "http://local:4", source: .option, expectedToken: "local"),
    Case(
      name: "a token of the environment goes where the login says", environment: ["SAM_TOKEN": "env"], login: stored,
      expected: "http://login:3", source: .login, expectedToken: "env"),
    Case(
      name: "a login without a token takes this machine's, when it is this machine",
      login: Login(server: "http://local:4", token: nil), local: here, expected: "http://local:4", source: .login,
      expectedToken: "local"),
    Case(
      name: "a damaged address in the login is no obstacle for another", server: "http://flag:1",
      login: Login(server: "??", token: "x"), expected: "http://flag:1", source: .option, expectedToken: nil),
  ]

  @Test(arguments: cases) func theRightServerAndTokenAreChosen(_ example: Case) throws {
    let settings = try Settings.resolve(
      server: example.server, token: example.token, environment: example.environment, login: example.login,
      local: example.local, places: Self.places)
    #expect(
      settings
        == Settings(server: example.expected, serverSource: example.source, token: example.expectedToken))
  }

  @Test func whenNobodyNamesAServerThePlacesAreNamed() throws {
    let error = try #require(throws: CommandFailure.self) {
      try Settings.resolve(server: nil, token: "x", environment: [:], login: nil, local: nil, places: Self.places)
    }
    #expect(error.status == .unreachable)
    for place in ["samd serve", "samctl login", "/home/x/.config/sam/samctl.json", "/home/x/.local/share/sam/endpoint"]
    {
      #expect(error.message.contains(place))
    }
  }

  @Test func theDataDirectoryIsTheOneOfTheEnvironment() {
    #expect(Places(environment: ["HOME": "/h", "SAM_DATA": "/d"]).endpointFile == "/d/endpoint")
    #expect(Places(environment: ["HOME": "/h", "SAM_DATA": "/d"]).tokenFile == "/d/token")
    #expect(Places(environment: ["HOME": "/h", "SAM_DATA": ""]).dataDirectory == "/h/.local/share/sam")
  }

  @Test func aLoginIsStoredSoThatOnlyItsOwnerCanReadIt() throws {
    try Self.withFolder { folder in
      let file = folder + "/config/sam/samctl.json"
      #expect(try Login.load(from: file) == nil)
      try Self.stored.store(in: file)
      try Login(server: "http://new:1", token: "new").store(in: file)
      #expect(try Login.load(from: file) == Login(server: "http://new:1", token: "new"))
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      let folderMode =
        try FileManager.default.attributesOfItem(atPath: folder + "/config/sam")[.posixPermissions] as? Int
      #expect(folderMode == 0o700)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/config/sam") == ["samctl.json"])
    }
  }

  @Test func aDamagedLoginSaysHowToMendIt() throws {
    try Self.withFolder { folder in
      let file = folder + "/samctl.json"
      try "{".write(toFile: file, atomically: true, encoding: .utf8)
      let error = try #require(throws: CommandFailure.self) { try Login.load(from: file) }
      #expect(error.message.contains(file) && error.message.contains("samctl login"))
    }
  }

  @Test func thisMachinesSamdIsFoundByItsFiles() throws {
    try Self.withFolder { folder in
      let places = Places(environment: ["SAM_DATA": folder])
      #expect(try Login.local(places) == nil)
      try "http://127.0.0.1:7777\n".write(toFile: places.endpointFile, atomically: true, encoding: .utf8)
      #expect(try Login.local(places) == Login(server: "http://127.0.0.1:7777", token: nil))
      try "t0ken\n".write(toFile: places.tokenFile, atomically: true, encoding: .utf8)
      #expect(try Login.local(places) == Login(server: "http://127.0.0.1:7777", token: "t0ken"))
    }
  }

  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("samctl-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }
}
