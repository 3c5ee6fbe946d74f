// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// Rules and grants answer in the same decision in which the question is asked, and never more than they say.
@Suite struct GrantTests {
  static let options = [
    ApprovalOption(id: "ever", name: "Always", kind: "allow_always"),
    ApprovalOption(id: "yes", name: "Allow", kind: "allow_once"),
    ApprovalOption(id: "no", name: "Refuse", kind: "reject_once"),
    ApprovalOption(id: "never", name: "Never", kind: "reject_always"),
  ]
  static let laptop = Actor(kind: .user, id: "user_owner", token: TokenID(trusted: "token_1"))
  let command = ToolActivity(id: "c", kind: "execute", command: "make test")

  /// One session that asks.
  private struct Scene {
    var world = World()
    var session: SessionID
    var turn: TurnID
    var count = 0

    init(_ policy: ApprovalPolicy = .ask) throws {
      (_, session, turn) = try world.runningTask(approvals: policy)
    }

    mutating func ask(_ tool: ToolActivity?, _ options: [ApprovalOption] = GrantTests.options) throws -> Approval {
      count += 1
      let id = ApprovalID(trusted: "approval_\(count)")
      try world.report(session, turn, .asked(id, title: "May I?", tool: tool, options: options))
      return try world.get(Approval.self, id)
    }

    mutating func answer(_ approval: Approval, _ option: String, _ scope: GrantScope? = nil) throws -> Approval {
      try world.perform(
        AnswerApproval(approval: approval.id, option: option, scope: scope, answerer: "laptop"), by: GrantTests.laptop)
    }
  }

  @Test("A rule chooses by the kind of option, and a person is asked where there is none that counts once")
  func byKind() throws {
    let policy = ApprovalPolicy(rules: [try ApprovalRule(.allow, "execute:make *"), try ApprovalRule(.deny, "edit")])
    var scene = try Scene(policy)
    let allowed = try scene.ask(command)
    #expect(allowed.chosen == "yes" && allowed.answerer == "policy" && allowed.rule == "allow execute:make *")
    let denied = try scene.ask(ToolActivity(id: "c", kind: "edit", paths: ["a"]))
    #expect(denied.chosen == "no" && denied.rule == "deny edit")
    #expect(try scene.ask(ToolActivity(id: "c", kind: "read", paths: ["a"])).state == .asked)
    let lasting = Self.options.filter { $0.kind.hasSuffix("always") }
    #expect(try scene.ask(command, lasting).state == .asked, "no rule gives away more than one question")
    #expect(try scene.ask(command, []).state == .asked)
    guard
      case .approval(let note) = try scene.world.entries(scene.session).first(where: {
        if case .approval(let note) = $0.body { note.state == .answered } else { false }
      })?.body
    else {
      Issue.record("the conversation does not show the answer")
      return
    }
    #expect(note.by == "policy" && note.rule == "allow execute:make *" && note.chosen == "yes")
    #expect(scene.world.violations == [])
  }

  @Test("An answer for the session answers the same again, to the byte, until it is revoked")
  func session() throws {
    var scene = try Scene()
    let given = try scene.answer(try scene.ask(command), "yes", .session)
    let grant = try #require(given.grant)
    #expect(given.chosen == "yes" && given.scope == .session && given.answerer == "laptop")
    let again = try scene.ask(command)
    #expect(again.chosen == "yes" && again.grant == grant && again.answerer == "grant" && again.answeredBy == .system)
    let others: [ToolActivity?] = [
      ToolActivity(id: "c", kind: "execute", command: "make test "),
      ToolActivity(id: "c", kind: "execute", command: "make"),
      ToolActivity(id: "c", kind: "execute"), ToolActivity(id: "c", kind: "other", command: "make test"), nil,
    ]
    for other in others { #expect(try scene.ask(other).state == .asked, "\(String(describing: other))") }
    let revoked = try scene.world.perform(RevokeGrant(grant: grant), by: Self.laptop)
    #expect(revoked.state == .revoked && revoked.revokedBy == Self.laptop)
    #expect(try scene.world.perform(RevokeGrant(grant: grant)) == revoked, "twice is fine")
    #expect(try scene.ask(command).state == .asked)
    #expect(scene.world.violations == [])
  }

  @Test("Files: exactly the same ones, in any order and however they are written")
  func files() throws {
    var scene = try Scene()
    let both = ToolActivity(id: "c", kind: "edit", paths: ["b", "a"])
    _ = try scene.answer(try scene.ask(both), "no", .session)
    let same = ToolActivity(
      id: "d", kind: "edit", diffs: [.init(path: "a", oldText: "x", newText: "y")], paths: ["./b"])
    #expect(try scene.ask(same).chosen == "no")
    #expect(try scene.ask(ToolActivity(id: "c", kind: "edit", paths: ["a"])).state == .asked)
    #expect(try scene.ask(ToolActivity(id: "c", kind: "edit", paths: ["a", "b", "c"])).state == .asked)
    #expect(try scene.ask(ToolActivity(id: "c", kind: "edit", paths: ["a, b"])).state == .asked, "not by its looks")
    #expect(scene.world.violations == [])
  }

  @Test("For the session is not for another one; for the project is for this agent in this project, and for no other")
  func scopes() throws {
    var world = World()
    let (project, vibe, _) = try world.furnish()
    let other = try world.perform(AddProject(name: "other", repository: "/srv/o.git", defaultBranch: "main")).id
    let codex = try world.perform(DefineProfile(name: "codex", launch: AgentLaunch(command: "codex"))).id
    var count = 0
    func open(_ project: ProjectID, _ profile: ProfileID) throws -> (TaskID, SessionID, TurnID) {
      try world.start(try world.perform(CreateTask(project: project, profile: profile, prompt: "Do")).id)
    }
    func ask(_ place: (TaskID, SessionID, TurnID)) throws -> Approval {
      count += 1
      let id = ApprovalID(trusted: "approval_\(count)")
      try world.report(place.1, place.2, .asked(id, title: "?", tool: command, options: Self.options))
      return try world.get(Approval.self, id)
    }
    let first = try open(project, vibe)
    let asked = try ask(first)
    try world.perform(AnswerApproval(approval: asked.id, option: "yes", scope: .session))
    #expect(try ask(first).chosen == "yes")
    let second = try open(project, vibe)
    let again = try ask(second)
    #expect(again.state == .asked)
    try world.perform(AnswerApproval(approval: again.id, option: "yes", scope: .project))
    #expect(try ask(try open(project, vibe)).chosen == "yes")
    #expect(try ask(try open(project, codex)).state == .asked)
    #expect(try ask(try open(other, vibe)).state == .asked)
    #expect(world.violations == [])
  }

  @Test("An agent's own 'always' becomes a grant for the session, and the agent is told 'once'")
  func always() throws {
    for (option, once) in [("ever", "yes"), ("never", "no")] {
      var scene = try Scene()
      let answered = try scene.answer(try scene.ask(command), option)
      #expect(answered.chosen == once && answered.scope == .session)
      let order = try scene.world.effects().compactMap { row in
        row.effect == .answerApproval(answered.id) ? try scene.world.read { try EffectOrder.of(row, in: $0) } : nil
      }
      let machine = try scene.world.get(Session.self, scene.session).machine
      #expect(order == [.ask(machine, .answer(session: scene.session, approval: answered.id, option: once))])
      #expect(try scene.ask(command).chosen == once)
    }
  }

  @Test("What does not say what it is about is passed on as it is, and cannot be made to stand")
  func unrecognisable() throws {
    var scene = try Scene()
    let mode = ToolActivity(id: "c", title: "Carry out the plan", kind: "switch_mode")
    let first = try scene.ask(mode)
    #expect(throws: Rejection.self) { try scene.answer(first, "yes", .session) }
    #expect(try scene.answer(first, "ever").chosen == "ever")
    let second = try scene.ask(command, [Self.options[0], Self.options[2]])
    #expect(throws: Rejection.self) { try scene.answer(second, "ever", .project) }
    #expect(try scene.answer(second, "ever").chosen == "ever", "there is no 'once'")
    #expect(try scene.world.all(Grant.self).isEmpty)
    #expect(scene.world.violations == [])
  }

  @Test("A rule that denies is above every grant, and what a person says later is above what was said before")
  func order() throws {
    var scene = try Scene()
    let one = try scene.ask(command)
    let two = try scene.ask(command)
    let three = try scene.ask(command)
    let first = try scene.answer(one, "yes", .session)
    #expect(try scene.answer(two, "yes", .session).grant == first.grant, "it is the same grant")
    let later = try scene.answer(three, "no", .session)
    #expect(later.grant != first.grant)
    #expect(try scene.ask(command).chosen == "no")
    #expect(try scene.world.all(Grant.self).filter { $0.state == .active }.map(\.id) == [later.grant])
    #expect(scene.world.violations == [])
  }

  @Test("A second answer is told which one counts and who gave it")
  func late() throws {
    var scene = try Scene(ApprovalPolicy(rules: [try ApprovalRule(.allow, "execute:make *")]))
    func refusal(_ approval: Approval) -> String {
      #expect(throws: Rejection.self) { try scene.answer(approval, "no") }?.message ?? ""
    }
    let person = try scene.ask(nil)
    _ = try scene.answer(person, "yes")
    #expect(refusal(person).contains("was answered 'Allow' by laptop"))
    #expect(refusal(try scene.ask(command)).contains("was answered 'Allow' by policy ('allow execute:make *')"))
    let file = ToolActivity(id: "c", kind: "edit", paths: ["a"])
    _ = try scene.answer(try scene.ask(file), "yes", .session)
    #expect(refusal(try scene.ask(file)).contains("by grant ('grant_"))
    let expired = try scene.ask(nil)
    try scene.world.expire(.approval(expired.id))
    #expect(refusal(expired).contains("not answered in time, so the agent was told no"))
    let gone = try scene.ask(nil)
    try scene.world.report(scene.session, scene.turn, .agentGone(reason: "exit status 1"))
    #expect(refusal(gone).contains("not asked any more: exit status 1"))
  }

  @Test("An agent changes nothing of what it may do")
  func agents() throws {
    var scene = try Scene()
    let grant = try #require(try scene.answer(try scene.ask(command), "yes", .session).grant)
    let agent = Actor(kind: .agent, id: scene.session.rawValue)
    #expect(throws: Rejection.self) { try scene.world.perform(RevokeGrant(grant: grant), by: agent) }
  }
}
