// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import SAMRPC
import Testing

/// One value and the JSON that the API's documentation promises for it.
struct Golden: Sendable, CustomTestStringConvertible {
  let name: String
  let json: String
  private let check: @Sendable (String) throws -> (encoded: String, survives: Bool)

  init<Value: Codable & Equatable & Sendable>(
    _ name: String, _ json: String, _ make: @escaping @Sendable () throws -> Value
  ) {
    self.name = name
    self.json = json
    check = { json in
      let value = try make()
      let encoded = try APICoding.encode(value)
      let decoded = try APICoding.decode(Value.self, from: Array(json.utf8))
      return (String(decoding: encoded, as: UTF8.self), decoded == value)
    }
  }

  var testDescription: String { name }
  func run() throws -> (encoded: String, survives: Bool) { try check(json) }
}

@Suite struct ViewTests {
  @Test("Every value is written as documented, and read back as the same value", arguments: views + bodies + entries)
  func golden(_ golden: Golden) throws {
    let (encoded, survives) = try golden.run()
    #expect(try JSONValue(parsing: Array(encoded.utf8)) == JSONValue(parsing: Array(golden.json.utf8)), "\(encoded)")
    #expect(survives)
  }

  @Test("What an environment variable or a secret holds is not in an agent's view")
  func hidden() throws {
    let profile = try Samples.fold(
      Samples.profile, [.defined(name: "coder", launch: Samples.launch, approvals: .ask, owner: Samples.owner)],
      as: Profile.self)
    let text = String(decoding: try APICoding.encode(AgentView(profile)), as: UTF8.self)
    #expect(!text.contains("hidden"))
    #expect(!"\(SetSecretBody(value: "s3cret"))".contains("s3cret"))
  }

  @Test("Fields that a reader does not know are passed over")
  func unknownFields() throws {
    let json = #"{"name":"p","repository":"/r","some_day":{"x":[1]}}"#
    #expect(
      try APICoding.decode(CreateProjectBody.self, from: Array(json.utf8))
        == CreateProjectBody(name: "p", repository: "/r"))
  }

  @Test("An entry of an unknown type is an other entry with that name")
  func unknownEntry() throws {
    let json =
      #"{"type":"hologram","session":"session_01","seq":1,"at":"2026-02-03T04:04:05.006Z","epoch":1,"x":true}"#
    let entry = try APICoding.decode(EntryView.self, from: Array(json.utf8))
    #expect(entry.body == .other(OtherBody(update: "hologram")))
  }

  @Test("The agent's own message is shown only to those who ask for it")
  func raw() throws {
    let entry = Samples.entry(.agent(TextBlock("hi")))
    #expect(try !String(decoding: APICoding.encode(EntryView(entry)), as: UTF8.self).contains("raw"))
    #expect(EntryView(entry, raw: true).raw == ["a": 1])
  }

  static let views: [Golden] = [
    Golden(
      "project",
      #"{"id":"project_01","name":"p","state":"active","repository":"/r","default_branch":"main","created_at":"2026-02-03T04:04:05.006Z"}"#
    ) {
      ProjectView(
        try Samples.fold(
          Samples.project, [.added(name: "p", repository: "/r", defaultBranch: "main", owner: Samples.owner)]))
    },
    Golden(
      "agent",
      #"{"id":"profile_01","name":"coder","state":"active","command":"agent","arguments":["--acp"],"approvals":"ask","rules":[{"action":"deny","match":"edit:secrets/**"}],"echoes_prompts":true,"mode":"code","environment_names":["A","LANG"],"secret_names":["agent-key"]}"#
    ) {
      AgentView(
        try Samples.fold(
          Samples.profile,
          [
            .defined(
              name: "coder", launch: Samples.launch,
              approvals: ApprovalPolicy(rules: [try ApprovalRule(.deny, "edit:secrets/**")]), owner: Samples.owner)
          ]))
    },
    Golden(
      "agent that follows the catalog",
      #"{"id":"profile_01","name":"coder","state":"active","command":"a","arguments":[],"approvals":"ask","rules":[],"echoes_prompts":false,"model":"large","effort":"high","follows_catalog":true,"environment_names":[],"secret_names":[]}"#
    ) {
      AgentView(
        try Samples.fold(
          Samples.profile,
          [
            .defined(
              name: "coder", launch: AgentLaunch(command: "a", model: "large", effort: "high", followsCatalog: true),
              approvals: .ask, owner: Samples.owner)
          ]))
    },
    Golden(
      "agent with files",
      #"{"id":"profile_01","name":"coder","state":"active","command":"a","arguments":[],"approvals":"ask","rules":[],"echoes_prompts":false,"environment_names":[],"secret_names":["login"],"files":[{"path":".a/auth","secret":"login"},{"path":".a/config"}]}"#
    ) {
      AgentView(
        try Samples.fold(
          Samples.profile,
          [
            .defined(
              name: "coder",
              launch: AgentLaunch(
                command: "a",
                files: [
                  HomeFile(path: ".a/auth", content: .secret("login")),
                  HomeFile(path: ".a/config", content: .text("colour = blue")),
                ]), approvals: .ask, owner: Samples.owner)
          ]))
    },
    Golden(
      "agent of the catalog",
      #"{"name":"coder","title":"Coder","source":"built in","command":["coder","--acp"],"advice":"Install it.","credentials":["a key"],"mcp":"never","usage_limits":["used up"]}"#
    ) {
      CatalogAgentView(
        name: "coder", title: "Coder", source: "built in", command: ["coder", "--acp"], advice: "Install it.",
        credentials: ["a key"], mcp: "never", usageLimits: ["used up"])
    },
    Golden(
      "agent check",
      #"{"works":false,"problem":"install it","abilities":["load"],"program":"/bin/agent","start_ms":12}"#
    ) {
      AgentCheckView(
        AgentCheck(
          works: false, problem: "install it", abilities: ["load"], program: "/bin/agent", startMilliseconds: 12))
    },
    Golden(
      "task that waits",
      #"{"id":"task_01","title":"Do","prompt":"Do it","state":"waiting","project":"project_01","agent":"coder","attempt":1,"session":"session_01","workspace":"workspace_01","machine":"machine_01","branch":"sam/do-1","waiting":{"kind":"approval","text":"the agent asks for permission; answer approval approval_01","approval":"approval_01"},"cancel_requested":false,"created_at":"2026-02-03T04:04:05.006Z"}"#
    ) { TaskView(try Samples.task([.running, .waiting(.approval(Samples.approval))]), agent: "coder") },
    Golden(
      "task whose agent is silent",
      #"{"id":"task_01","title":"Do","prompt":"Do it","state":"waiting","project":"project_01","agent":"coder","attempt":1,"session":"session_01","workspace":"workspace_01","machine":"machine_01","branch":"sam/do-1","waiting":{"kind":"silent","text":"the agent has said nothing for a while; wait, or cancel the turn","since":"2026-02-03T04:04:05.006Z"},"cancel_requested":false,"created_at":"2026-02-03T04:04:05.006Z"}"#
    ) { TaskView(try Samples.task([.running, .waiting(.silent(since: Samples.at))]), agent: "coder") },
    Golden(
      "task that waits for a machine",
      #"{"id":"task_01","title":"Do","prompt":"Do it","state":"queued","project":"project_01","agent":"coder","attempt":1,"waiting":{"kind":"capacity","text":"a machine is on its way"},"cancel_requested":false,"created_at":"2026-02-03T04:04:05.006Z"}"#
    ) {
      TaskView(
        try Samples.fold(
          Samples.task,
          [
            .created(
              title: "Do", prompt: "Do it", project: Samples.project, profile: Samples.profile, owner: Samples.owner,
              parent: nil, root: Samples.task, depth: 0, wish: MachineWish(provider: "hetzner")), .readied, .queued,
            .held(.capacity("a machine is on its way")),
          ]), agent: "coder")
    },
    Golden(
      "task that is done",
      #"{"id":"task_01","title":"Do","prompt":"Do it","state":"completed","project":"project_01","agent":"coder","attempt":1,"session":"session_01","workspace":"workspace_01","machine":"machine_01","branch":"sam/do-1","cancel_requested":false,"result":{"branch":"sam/do-1","head":"abc","commits":[{"sha":"abc","subject":"Do it"}],"files":1,"insertions":2,"deletions":3},"created_at":"2026-02-03T04:04:05.006Z","ended_at":"2026-02-03T04:05:05.000Z"}"#
    ) {
      TaskView(
        try Samples.task([
          .running,
          .completed(
            TaskResult(
              branch: "sam/do-1", head: "abc", commits: [Commit(sha: "abc", subject: "Do it")], files: 1,
              insertions: 2, deletions: 3)),
        ]), agent: "coder")
    },
    Golden(
      "session with settings",
      #"{"id":"session_01","state":"preparing","title":"Do","task":"task_01","project":"project_01","agent":"coder","approvals":"ask","rules":[],"queued_turns":[],"turns":0,"machine":"machine_01","workspace":"workspace_01","settings":[{"id":"mode","name":"Mode","category":"mode","kind":"choice","value":"ask","next":"plan","choices":[{"value":"ask","name":"Ask"},{"value":"plan","name":"Plan","description":"Changes nothing"}]},{"id":"web","name":"Web","kind":"toggle","value":"off","choices":[{"value":"on","name":"On"},{"value":"off","name":"Off"}]},{"id":"later","name":"later","next":"x","choices":[]}],"epoch":1,"created_at":"2026-02-03T04:04:05.006Z"}"#
    ) {
      SessionView(
        try Samples.session([
          .settingsOffered([
            AgentSetting(
              id: "mode", name: "Mode", category: "mode", value: "ask",
              choices: [
                .init(value: "ask", name: "Ask"), .init(value: "plan", name: "Plan", description: "Changes nothing"),
              ]),
            AgentSetting(id: "web", name: "Web", kind: .toggle, value: "off", choices: AgentSetting.toggles),
          ]),
          .settingChosen(setting: "mode", value: "plan"), .settingChosen(setting: "web", value: "off"),
          .settingChosen(setting: "later", value: "x"),
        ]), agent: "coder")
    },
    Golden(
      "session",
      #"{"id":"session_01","state":"ready","title":"Do","task":"task_01","project":"project_01","agent":"coder","approvals":"ask","rules":[],"active_turn":"turn_01","queued_turns":["turn_02"],"turns":2,"machine":"machine_01","workspace":"workspace_01","epoch":1,"created_at":"2026-02-03T04:04:05.006Z"}"#
    ) {
      SessionView(
        try Samples.session([
          .prepared, .turnQueued(Samples.turn), .turnQueued(TurnID(trusted: "turn_02")), .turnActivated(Samples.turn),
        ]), agent: "coder")
    },
    Golden(
      "turn",
      #"{"id":"turn_01","session":"session_01","number":2,"state":"finished","text":"go","supersedes":"turn_00","reason":"end_turn","created_at":"2026-02-03T04:04:05.006Z","ended_at":"2026-02-03T04:05:05.000Z"}"#
    ) {
      TurnView(
        try Samples.fold(
          Samples.turn,
          [
            .queued(
              session: Samples.session, number: 2, text: "go", supersedes: TurnID(trusted: "turn_00"),
              owner: Samples.owner, project: Samples.project), .dispatched, .finished(stopReason: "end_turn"),
          ]))
    },
    Golden(
      "approval",
      #"{"id":"approval_01","state":"answered","session":"session_01","turn":"turn_01","project":"project_01","title":"Run rm?","tool":{"id":"call","title":"rm","diffs":[{"path":"a","old_text":"1","new_text":"2"}]},"options":[{"id":"y","name":"Yes","kind":"allow_once"}],"chosen":"y","answered_by":"user_owner","created_at":"2026-02-03T04:04:05.006Z"}"#
    ) {
      ApprovalView(
        try Samples.fold(
          Samples.approval,
          [
            .asked(
              session: Samples.session, turn: Samples.turn, title: "Run rm?",
              tool: ToolActivity(id: "call", title: "rm", diffs: [.init(path: "a", oldText: "1", newText: "2")]),
              options: [ApprovalOption(id: "y", name: "Yes", kind: "allow_once")], owner: Samples.owner,
              project: Samples.project), .answered(option: "y", by: .owner),
          ]))
    },
    Golden(
      "approval, granted",
      #"{"id":"approval_01","state":"answered","session":"session_01","project":"project_01","title":"Run","tool":{"id":"call","kind":"execute","command":"make"},"options":[],"chosen":"y","answered_by":"laptop","grant":"grant_01","scope":"session","created_at":"2026-02-03T04:04:05.006Z"}"#
    ) {
      ApprovalView(
        try Samples.fold(
          Samples.approval,
          [
            .asked(
              session: Samples.session, turn: nil, title: "Run",
              tool: ToolActivity(id: "call", kind: "execute", command: "make"), options: [], owner: Samples.owner,
              project: Samples.project),
            .answered(
              option: "y", by: .owner, basis: .granting(GrantID(trusted: "grant_01"), .session), name: "laptop"),
          ]))
    },
    Golden(
      "grant",
      #"{"id":"grant_01","state":"active","action":"allow","subject":"execute:make","scope":"project","approval":"approval_01","session":"session_01","project":"project_01","agent":"profile_01","given_by":"laptop","created_at":"2026-02-03T04:04:05.006Z"}"#
    ) {
      GrantView(
        try Samples.fold(
          GrantID(trusted: "grant_01"),
          [
            .given(
              action: .allow, subject: ApprovalSubject(ToolActivity(id: "c", kind: "execute", command: "make")),
              scope: .project, approval: Samples.approval, session: Samples.session, project: Samples.project,
              profile: Samples.profile, owner: Samples.owner, by: .owner, name: "laptop")
          ]))
    },
    Golden("machine", #"{"id":"machine_01","name":"here","state":"ready","provider":"local"}"#) {
      MachineView(
        try Samples.fold(Samples.machine, [.registered(name: "here", provider: "local", owner: Samples.owner)]))
    },
    Golden(
      "provided machine",
      #"{"id":"machine_01","name":"sam-1","state":"draining","provider":"hetzner","kind":"cx22","address":"192.0.2.1","sessions":1,"reason":"nobody needed it","since":"2026-02-03T04:05:05.000Z"}"#
    ) {
      MachineView(
        try Samples.fold(
          Samples.machine,
          [
            .requested(
              name: "sam-1", cloud: CloudID(provider: "hetzner"), kind: "cx22", wish: MachineWish(provider: "hetzner"),
              owner: Samples.owner), .creating,
            .created(handle: MachineHandle(version: 1, value: "4711"), address: "192.0.2.1"), .enrolled,
            .took(Samples.session), .draining(reason: "nobody needed it"),
          ]))
    },
    Golden("token", #"{"id":"token_01","name":"phone","created_at":"2026-02-03T04:04:05.006Z"}"#) {
      TokenView(id: TokenID(trusted: "token_01"), name: "phone", createdAt: Samples.at)
    },
    Golden(
      "created token",
      #"{"id":"token_01","name":"phone","created_at":"2026-02-03T04:04:05.006Z","token":"sam_x"}"#
    ) {
      CreatedTokenView(id: TokenID(trusted: "token_01"), name: "phone", createdAt: Samples.at, token: "sam_x")
    },
    Golden("secret", #"{"name":"agent-key"}"#) { SecretView(name: "agent-key") },
    Golden("health", #"{"status":"ok","version":"1.2.3","api":1}"#) { HealthView(version: "1.2.3") },
    Golden("page", #"{"items":[{"name":"a"}],"next":"x"}"#) { Page(items: [SecretView(name: "a")], next: "x") },
    Golden("last page", #"{"items":[],"next":null}"#) { Page<SecretView>(items: []) },
    Golden(
      "problem",
      #"{"type":"urn:sam:problem:not_found","title":"not found","status":404,"detail":"look","code":"not_found","request":"r1"}"#
    ) { Problem(.notFound, "look", request: "r1") },
  ]

  static let bodies: [Golden] = [
    Golden("choose a setting", #"{"value":"plan"}"#) { ChooseSettingBody(value: "plan") },
    Golden("create task, with settings", #"{"project":"p","agent":"a","prompt":"Do","settings":{"mode":"plan"}}"#) {
      CreateTaskBody(project: "p", agent: "a", prompt: "Do", settings: ["mode": "plan"])
    },
    Golden("create project", #"{"name":"p","repository":"/r","default_branch":"main"}"#) {
      CreateProjectBody(name: "p", repository: "/r", defaultBranch: "main")
    },
    Golden(
      "define agent",
      #"{"command":"a","arguments":["-x"],"environment":{"A_B":"1"},"secrets":{"K":"s"},"approvals":"deny","echoes_prompts":true,"mode":"m"}"#
    ) {
      DefineAgentBody(
        command: "a", arguments: ["-x"], environment: ["A_B": "1"], secrets: ["K": "s"], approvals: .deny,
        echoesPrompts: true, mode: "m")
    },
    Golden("define agent, short", #"{"command":"a"}"#) { DefineAgentBody(command: "a") },
    Golden("define agent of the catalog", #"{"model":"large","effort":"high"}"#) {
      DefineAgentBody(model: "large", effort: "high")
    },
    Golden("create task", #"{"project":"p","agent":"a","prompt":"do","title":"t"}"#) {
      CreateTaskBody(project: "p", agent: "a", prompt: "do", title: "t")
    },
    Golden("send prompt", #"{"text":"do","supersedes":"turn_01"}"#) {
      SendPromptBody(text: "do", supersedes: Samples.turn)
    },
    Golden("answer", #"{"option":"y"}"#) { AnswerApprovalBody(option: "y") },
    Golden("answer, standing", #"{"option":"y","scope":"session"}"#) {
      AnswerApprovalBody(option: "y", scope: .session)
    },
    Golden("define agent, rules", #"{"command":"a","rules":[{"action":"allow","match":"execute:git status *"}]}"#) {
      DefineAgentBody(command: "a", rules: [.init(.allow, "execute:git status *")])
    },
    Golden("define agent, limits", #"{"command":"a","limits":{"memory":4294967296,"cpus":1.5,"processes":512}}"#) {
      DefineAgentBody(
        command: "a", limits: ProcessLimitsBody(ProcessLimits(memory: 4 << 30, cpus: 1.5, processes: 512)))
    },
    Golden("create token", #"{"name":"phone"}"#) { CreateTokenBody(name: "phone") },
    Golden("set secret", #"{"value":"v"}"#) { SetSecretBody(value: "v") },
  ]

  static func entry(_ payload: String, _ body: EntryBody) -> Golden {
    Golden(
      "entry \(body.type)",
      #"{"session":"session_01","seq":7,"turn":"turn_01","at":"2026-02-03T04:04:05.006Z","epoch":2,"#
        + #""type":"\#(body.type)",\#(payload)}"#
    ) { EntryView(Samples.entry(body)) }
  }

  static let entries: [Golden] = [
    entry(#""text":"hi""#, .user(TextBlock("hi"))),
    entry(#""text":"hi","message":"m1""#, .agent(TextBlock("hi", message: "m1"))),
    entry(#""text":"hm""#, .thought(TextBlock("hm"))),
    entry(
      #""changes":[{"setting":"mode","value":"plan"}],"by":"laptop""#,
      .settings(SettingsNote([.init(setting: "mode", value: "plan")], by: "laptop"))),
    entry(
      #""id":"c","title":"edit","kind":"edit","status":"completed","output":"ok","diffs":[{"path":"a","new_text":"2"}],"paths":["a"]"#,
      .tool(
        ToolActivity(
          id: "c", title: "edit", kind: "edit", status: "completed", output: "ok",
          diffs: [.init(path: "a", oldText: nil, newText: "2")], paths: ["a"]))),
    entry(
      #""steps":[{"text":"one","priority":"high","status":"pending"}]"#,
      .plan(Plan(steps: [.init(text: "one", priority: "high", status: "pending")]))),
    entry(
      #""used_tokens":5,"context_tokens":10,"cost":0.5,"currency":"EUR""#,
      .usage(Usage(usedTokens: 5, contextTokens: 10, cost: 0.5, currency: "EUR"))),
    entry(
      #""approval":"approval_01","state":"asked","title":"Run?","options":[{"id":"y","name":"Yes","kind":"allow_once"}]"#,
      .approval(
        ApprovalNote(
          approval: Samples.approval, state: .asked, title: "Run?",
          options: [ApprovalOption(id: "y", name: "Yes", kind: "allow_once")]))),
    entry(#""state":"finished","reason":"end_turn""#, .turn(TurnNote(state: .finished, reason: "end_turn"))),
    entry(
      #""branch":"b","commits":[{"sha":"abc","subject":"s"}],"pushed":true"#,
      .work(WorkNote(branch: "b", commits: [Commit(sha: "abc", subject: "s")], pushed: true))),
    entry(#""level":"warning","text":"look""#, .notice(Notice(.warning, "look"))),
    entry(#""update":"mode""#, .other(OtherBody(update: "mode"))),
  ]
}
