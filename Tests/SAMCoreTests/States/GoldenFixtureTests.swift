// SPDX-License-Identifier: Apache-2.0
import Foundation
@testable import SAMCore
import SAMRPC
import Testing

/// What was written once can be read for ever: the fixtures are only ever added to.
///
/// A new shape is added by running these tests once with `SAM_ADD_FIXTURES=1`; what is in the file is never rewritten.
@Suite struct GoldenFixtureTests {
  /// One kind of value: its fixtures' prefix, today's samples, and where its cases are declared.
  private struct Shape {
    var prefix: String
    var samples: [(name: String, json: [UInt8])]
    var recode: ([UInt8]) throws -> [UInt8]
    var source: String
    var declaration: String

    init<Value: Codable>(_ prefix: String, _ samples: [(String, Value)], _ source: String, _ declaration: String) throws
    {
      self.prefix = prefix
      self.samples = try samples.map { ("\(prefix).\($0.0)", try StateCoding.encode($0.1)) }
      recode = { try StateCoding.encode(StateCoding.decode(Value.self, from: $0)) }
      self.source = source
      self.declaration = declaration
    }
  }

  private func shapes() throws -> [Shape] {
    try [
      Shape("project", Samples.projectEvents, "Projects/Project", "enum Event"),
      Shape("profile", Samples.profileEvents, "Profiles/Profile", "enum Event"),
      Shape("attachment", Samples.attachmentEvents, "Attachments/Attachment", "enum Event"),
      Shape("task", Samples.taskEvents, "Tasks/SAMTask", "enum Event"),
      Shape("session", Samples.sessionEvents, "Sessions/Session", "enum Event"),
      Shape("turn", Samples.turnEvents, "Turns/Turn", "enum Event"),
      Shape("approval", Samples.approvalEvents, "Approvals/Approval", "enum Event"),
      Shape("grant", Samples.grantEvents, "Approvals/Grant", "enum Event"),
      Shape("machine", Samples.machineEvents, "Machines/Machine", "enum Event"),
      Shape("quota", Samples.quotaEvents, "Quotas/Quota", "enum Event"),
      Shape("cloud", Samples.cloudEvents, "Clouds/Cloud", "enum Event"),
      Shape("workspace", Samples.workspaceEvents, "Workspaces/Workspace", "enum Event"),
      Shape("entry", Samples.entries, "Transcript/EntryBody", "enum EntryBody"),
      Shape("outbox", Samples.outbox, "Link/MachineReply", "enum Content"),
      Shape("journal", Samples.journal, "Host/JournalRecord", "enum JournalRecord"),
      Shape("request", Samples.requests, "Link/MachineRequest", "enum MachineRequest"),
      Shape("reply", Samples.replies, "Link/MachineReply", "enum MachineReply"),
      Shape("effect", Samples.effects, "Effects/Effect", "enum Effect"),
      Shape("timer", Samples.timers, "Effects/Effect", "enum Timer"),
      Shape("link", Samples.batches, "Link/MachineReply", "struct OutboxBatch"),
    ]
  }

  private static let here = URL(filePath: #filePath).deletingLastPathComponent()
  private static let file = here.appending(path: "../Fixtures/events.json").standardizedFileURL

  private func fixtures() throws -> [(name: String, value: JSONValue)] {
    guard FileManager.default.fileExists(atPath: Self.file.path) else { return [] }
    guard case .object(let object) = try JSONValue(parsing: Array(Data(contentsOf: Self.file))) else { return [] }
    return object.elements.map { ($0.key, $0.value) }
  }

  @Test("Every shape that was ever written still decodes, and encodes to the same JSON")
  func decodes() throws {
    let shapes = try shapes()
    let fixtures = try fixtures()
    #expect(fixtures.count >= 90)
    for (name, value) in fixtures {
      let shape = try #require(shapes.first { name.hasPrefix($0.prefix + ".") }, "\(name)")
      let again = try JSONValue(parsing: shape.recode(value.serialized()))
      #expect(again == value, "\(name)")
    }
  }

  @Test("Every shape of today is in the file, as it is written today")
  func complete() throws {
    let known = Dictionary(uniqueKeysWithValues: try fixtures().map { ($0.name, $0.value) })
    var missing: [(String, JSONValue)] = []
    for sample in try shapes().flatMap(\.samples) {
      let value = try JSONValue(parsing: sample.json)
      if let fixture = known[sample.name] {
        #expect(fixture == value, "\(sample.name) has another shape: make it a new event or a new version")
      } else {
        missing.append((sample.name, value))
      }
    }
    if ProcessInfo.processInfo.environment["SAM_ADD_FIXTURES"] == "1" { try add(missing) }
    #expect(missing.map(\.0) == [], "run once with SAM_ADD_FIXTURES=1")
  }

  @Test("Every case that is declared has a fixture")
  func everyCase() throws {
    let names = try fixtures().map(\.name)
    for shape in try shapes() where shape.declaration.hasPrefix("enum") {
      let cases = try declaredCases(shape)
      #expect(!cases.isEmpty, "\(shape.declaration) is not found in \(shape.source)")
      for name in cases {
        let full = "\(shape.prefix).\(name)"
        #expect(names.contains { $0 == full || $0.hasPrefix(full + "/") }, "\(full) has no fixture")
      }
    }
  }

  /// The case names of an enum, read from its source.
  private func declaredCases(_ shape: Shape) throws -> [String] {
    let path = Self.here.appending(path: "../../../Sources/SAMCore/\(shape.source).swift")
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.contains("\(shape.declaration):") }) else { return [] }
    let indent = lines[start].prefix { $0 == " " }
    let body = lines[(start + 1)...].prefix { $0 != indent + "}" }
    return body.compactMap { line in
      let text = line.drop { $0 == " " }
      guard text.hasPrefix("case "), line.prefix(while: { $0 == " " }).count == indent.count + 2 else { return nil }
      return String(text.dropFirst(5).prefix { $0.isLetter })
    }
  }

  private func add(_ missing: [(String, JSONValue)]) throws {
    let all = try fixtures().map { ($0.name, $0.value) } + missing
    let lines = all.map { "  \"\($0.0)\": " + String(decoding: $0.1.serialized(), as: UTF8.self) }
    try ("{\n" + lines.joined(separator: ",\n") + "\n}\n").write(to: Self.file, atomically: true, encoding: .utf8)
  }

  @Test("An entry of a kind that this version does not know is kept as such")
  func unknownEntry() throws {
    let body = try StateCoding.decode(EntryBody.self, from: Array(#"{"type":"hologram","depth":3}"#.utf8))
    #expect(body == .other(OtherBody(update: "hologram")))
  }

  @Test("A ledger record names its event, and another aggregate's record is refused")
  func records() throws {
    let (name, payload) = try StateCoding.nameAndPayload(of: Turn.Event.finished(stopReason: "end_turn"))
    #expect(name == "finished")
    let key = AggregateKey(kind: Turn.kind, id: "turn_1")
    let record = EventRecord(
      aggregate: key, sequence: 1, type: "turn.finished", at: Samples.time, actor: .system, payload: payload)
    #expect(try StateCoding.event(record, of: Turn.self) == .finished(stopReason: "end_turn"))
    #expect(throws: StoreError.self) { try StateCoding.event(record, of: Session.self) }
    #expect(throws: StoreError.self) { try StateCoding.decode(Turn.Event.self, from: Array(#"{"exploded":{}}"#.utf8)) }
  }
}
