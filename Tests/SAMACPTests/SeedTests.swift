// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMRPC
import Testing

@testable import SAMACP

/// The fuzzer starts from the messages of ``SchemaTests``, a file each.
@Suite struct SeedTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fuzzing/Seeds")

  /// The seeds by the names of their files. The first byte says how the fuzzer cuts the rest.
  private static let seeds: [String: Data] = {
    var seeds: [String: Data] = [:]
    for (index, value) in SchemaTests.values.enumerated() {
      let name = "\(type(of: value))"
      let message: RPCMessage
      if let method = ACPMethod.all.first(where: { $0.paramsDefinition == name }) {
        message =
          method.readResult == nil
          ? .notification(RPCNotification(method: method.name, params: value.json))
          : .request(RPCRequest(id: .number(Int64(index)), method: method.name, params: value.json))
      } else {
        message = .response(RPCResponse(id: .number(Int64(index)), result: .success(value.json)))
      }
      seeds["\(name)-\(index)"] = Data([UInt8(ascii: "a")] + message.line())
    }
    return seeds
  }()

  @Test func `the seeds of the fuzzer are the messages that the schema tests know; SAM_WRITE_SEEDS=1 writes them`()
    throws
  {
    if ProcessInfo.processInfo.environment["SAM_WRITE_SEEDS"] == "1" {
      if FileManager.default.fileExists(atPath: Self.folder.path) {
        try FileManager.default.removeItem(at: Self.folder)
      }
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      for (name, data) in Self.seeds { try data.write(to: Self.folder.appendingPathComponent(name)) }
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(Set(names) == Set(Self.seeds.keys))
    for (name, data) in Self.seeds {
      #expect(try Data(contentsOf: Self.folder.appendingPathComponent(name)) == data, "\(name)")
    }
  }
}
