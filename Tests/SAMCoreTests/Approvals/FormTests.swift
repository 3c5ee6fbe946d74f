// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// What an agent wants to know is filled in by a person, within what the form takes, and reaches the agent as it was decided.
@Suite struct FormTests {
  static let form = ApprovalForm(fields: [
    FormField(
      name: "colour", kind: .text, isRequired: true,
      choices: [.init(value: "red", title: "Red"), .init(value: "blue", title: "Blue")]),
    FormField(name: "number", kind: .integer, isRequired: true, minimum: 1, maximum: 9, standard: .integer(3)),
    FormField(
      name: "sizes", kind: .choices,
      choices: [.init(value: "s", title: "Small"), .init(value: "l", title: "Large")]),
  ])
  static let options = [
    ApprovalOption(id: "accept", name: "Send", kind: "allow_once"),
    ApprovalOption(id: "decline", name: "Decline", kind: "reject_once"),
  ]

  private func asking(
    _ policy: ApprovalPolicy = .ask, _ body: (inout World, ApprovalID, SessionID) throws -> Void
  ) throws {
    var world = World()
    let (_, session, turn) = try world.runningTask(approvals: policy)
    let id = ApprovalID(trusted: "approval_1")
    try world.report(session, turn, .asked(id, title: "Which?", tool: nil, options: Self.options, form: Self.form))
    try body(&world, id, session)
  }

  @Test("What was filled in reaches the agent, with what the other fields hold at first")
  func reachesTheAgent() throws {
    try asking { world, id, session in
      let values: [String: FormValue] = ["colour": .text("blue")]
      try world.perform(AnswerApproval(approval: id, option: "accept", values: values), by: .owner)
      let answered = try world.get(Approval.self, id)
      #expect(answered.values == ["colour": .text("blue"), "number": .integer(3)])
      let row = try #require(try world.effects().first { $0.effect == .answerApproval(id) })
      let order = try world.read { try EffectOrder.of(row, in: $0) }
      guard case .ask(_, .answer(_, _, let option, let sent)) = order else {
        Issue.record("\(order) is no answer")
        return
      }
      #expect(option == "accept" && sent == answered.values)
      let notes = try world.entries(session).compactMap { entry in
        if case .approval(let note) = entry.body { note } else { nil }
      }
      #expect(notes.map(\.form) == [Self.form, nil] && notes.last?.values == answered.values)
    }
  }

  @Test(
    "What the form does not take is refused with the field's name and what it takes, and the question stays open",
    arguments: [
      ([:], "'colour' is missing; give one of 'red', 'blue'"),
      (["colour": .text("green")], "'colour' cannot be 'green'; give one of 'red', 'blue'"),
      (["colour": .text("red"), "number": .integer(10)], "'number' cannot be '10'; give a whole number from 1 to 9"),
      (["colour": .text("red"), "number": .number(2.5)], "'number' cannot be '2.5'; give a whole number from 1 to 9"),
      (["colour": .text("red"), "sizes": .choices(["s", "s"])], "'sizes' cannot be 's, s'; give some of 's', 'l'"),
      (["shape": .text("round")], "there is no field 'shape'; there are 'colour', 'number', 'sizes'"),
    ] as [([String: FormValue], String)])
  func refuses(values: [String: FormValue], reason: String) throws {
    try asking { world, id, _ in
      let rejection = #expect(throws: Rejection.self) {
        try world.perform(AnswerApproval(approval: id, option: "accept", values: values), by: .owner)
      }
      #expect(rejection?.message == reason)
      #expect(try world.get(Approval.self, id).state == .asked)
      let declined = try world.perform(AnswerApproval(approval: id, option: "decline", values: values), by: .owner)
      #expect(declined.values == nil, "who declines fills in nothing")
    }
  }

  @Test("No policy fills a form in: one that allows asks a person, and one that denies declines")
  func policies() throws {
    try asking(ApprovalPolicy(standard: .allow)) { world, id, _ in
      let asked = try world.get(Approval.self, id)
      #expect(asked.state == .asked)
    }
    try asking(ApprovalPolicy(standard: .deny)) { world, id, _ in
      let declined = try world.get(Approval.self, id)
      #expect(declined.chosen == "decline" && declined.values == nil)
    }
  }

  @Test("Values for a question without a form are refused")
  func withoutAForm() throws {
    var world = World()
    let (_, session, turn) = try world.runningTask(approvals: .ask)
    let id = ApprovalID(trusted: "approval_1")
    try world.report(session, turn, .asked(id, title: "May I?", tool: nil, options: Self.options))
    let rejection = #expect(throws: Rejection.self) {
      try world.perform(AnswerApproval(approval: id, option: "accept", values: ["a": .text("b")]), by: .owner)
    }
    #expect(rejection?.message == "approval '\(id)' has nothing to fill in; answer it with an option alone")
  }

  @Test(
    "Words become what the field holds, or nothing",
    arguments: [
      (0, "Blue", .text("blue")), (0, "red", .text("red")), (0, "green", nil), (1, "9", .integer(9)), (1, "nine", nil),
      (2, "Small, l", .choices(["s", "l"])), (2, "huge", nil),
    ] as [(Int, String, FormValue?)])
  func words(field: Int, words: String, value: FormValue?) {
    #expect(Self.form.fields[field].value(of: words) == value)
  }
}
