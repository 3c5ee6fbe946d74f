// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMRPC

/// One value of every shape that is kept or sent, with the name under which its JSON is kept as a fixture.
enum Samples {
  static let project = ProjectID(trusted: "project_1")
  static let profile = ProfileID(trusted: "profile_1")
  static let task = TaskID(trusted: "task_1")
  static let session = SessionID(trusted: "session_1")
  static let turn = TurnID(trusted: "turn_1")
  static let approval = ApprovalID(trusted: "approval_1")
  static let machine = MachineID(trusted: "machine_1")
  static let grant = GrantID(trusted: "grant_1")
  static let workspace = WorkspaceID(trusted: "workspace_1")
  static let owner = UserID(trusted: "user_owner")
  static let time = Timestamp(milliseconds: 1_700_000_000_123)
  static let launch = AgentLaunch(
    command: "vibe-acp", arguments: ["--verbose"], environment: ["HOME": "/home/a"], secrets: ["KEY": "mistral"],
    echoesPrompts: true, mode: "auto-approve")
  static let options = [ApprovalOption(id: "yes", name: "Allow", kind: "allow_once")]
  static let tool = ToolActivity(
    id: "call_1", title: "Edit", kind: "edit", status: "completed", output: "ok\n",
    diffs: [.init(path: "a.swift", oldText: "a", newText: "b"), .init(path: "new", oldText: nil, newText: "c")],
    paths: ["a.swift"])
  static let result = TaskResult(
    branch: "sam/fix-1", head: "c0ffee", commits: [Commit(sha: "c0ffee", subject: "Fix \"it\"")], files: 1,
    insertions: 2, deletions: 3)
  static let spec = SessionSpec(session: session, epoch: 2, workspace: workspace, launch: launch)
  static let chosenSpec = SessionSpec(
    session: session, epoch: 2, workspace: workspace, launch: bare, chosen: ["mode": "plan"])
  static let setting = AgentSetting(
    id: "mode", name: "Mode", description: "What it may do", category: AgentSetting.mode, value: "ask",
    choices: [.init(value: "ask", name: "Ask", description: "Asks first"), .init(value: "plan", name: "Plan")])
  static let toggle = AgentSetting(
    id: "web", name: "Web", kind: .toggle, value: "off", choices: AgentSetting.toggles)
  static let bare = AgentLaunch(command: "agent")
  static let equipped = AgentLaunch(
    command: "agent",
    mcpServers: [
      MCPServer(name: "tracker", transport: .http(url: "https://a.example/mcp"), secrets: ["Authorization": "key"]),
      MCPServer(name: "files", transport: .stdio(command: "files", arguments: ["--root"]), values: ["HOME": "/home/a"]),
    ])
  static let chosen = AgentLaunch(
    command: "mine", model: "large", effort: "high", mcp: .variable("MINE_MCP"), usageLimits: ["used up"],
    followsCatalog: true)
  static let limited = AgentLaunch(
    command: "agent", limits: ProcessLimits(memory: 4 << 30, cpus: 1.5, processes: 512))
  static let given = AgentLaunch(
    command: "codex",
    files: [
      HomeFile(path: ".codex/auth.json", content: .secret("codex-login")),
      HomeFile(path: ".codex/config.toml", content: .text("model = \"large\"\n")),
    ])
  static let trial = AgentLaunch(
    command: "codex", files: [HomeFile(path: ".codex/auth.json", content: .secret("codex-login", value: "{}"))])
  static let cloud = CloudID(provider: "hetzner")
  static let quota = QuotaID(trusted: "quota_1")
  static let installation = InstallationID(trusted: "sam_1")
  static let handle = MachineHandle(version: 1, value: "4711")
  static let wish = MachineWish(provider: "hetzner", kinds: ["cx22", "cx32"], slots: 2, warmSeconds: 300, limit: 5)
  static let shown = ProvidedMachine(
    handle: handle, name: "sam-1", installation: installation, machine: machine, address: "192.0.2.1")

  static let projectEvents: [(String, Project.Event)] = [
    ("added", .added(name: "demo", repository: "https://example.org/a.git", defaultBranch: "main", owner: owner)),
    ("added/minimal", .added(name: "demo", repository: "/srv/a", defaultBranch: nil, owner: owner)),
    ("removed", .removed),
  ]
  static let profileEvents: [(String, Profile.Event)] = [
    ("defined", .defined(name: "vibe", launch: launch, approvals: .ask, owner: owner)),
    ("defined/minimal", .defined(name: "vibe", launch: bare, approvals: .deny, owner: owner)), ("removed", .removed),
    ("defined/servers", .defined(name: "vibe", launch: equipped, approvals: .ask, owner: owner)),
    (
      "defined/rules",
      .defined(
        name: "vibe", launch: bare,
        approvals: ApprovalPolicy(
          rules: [.init(action: .deny, kind: "edit", pattern: "secrets/**"), .init(action: .allow, kind: "read")],
          standard: .ask), owner: owner)
    ),
    ("offered", .offered([setting, toggle])),
    ("defined/catalog", .defined(name: "mine", launch: chosen, approvals: .ask, owner: owner)),
    ("defined/files", .defined(name: "codex", launch: given, approvals: .ask, owner: owner)),
    ("defined/limits", .defined(name: "vibe", launch: limited, approvals: .ask, owner: owner)),
    ("defined/machine", .defined(name: "vibe", launch: bare, approvals: .ask, owner: owner, machine: wish)),
  ]
  static let shot = PromptAttachment(name: "shot.png", type: "image/png", data: Base64([1, 2, 255]))
  static let page = PromptAttachment(name: "page", uri: "https://example.org/page")
  static let notes = [
    AttachmentNote(id: AttachmentID(trusted: "attachment_1"), name: "shot.png", type: "image/png", size: 3),
    AttachmentNote(id: AttachmentID(trusted: "attachment_2"), name: "page", uri: "https://example.org/page"),
  ]
  static let attachmentEvents: [(String, Attachment.Event)] = [
    ("added", .added(content: shot, owner: owner, project: project)),
    ("added/link", .added(content: page, owner: owner, project: project)),
  ]
  static let taskEvents: [(String, SAMTask.Event)] = [
    (
      "created/chosen",
      .created(
        title: "Fix", prompt: "Fix", project: project, profile: profile, owner: owner, parent: nil, root: task,
        depth: 0, chosen: ["mode": "plan"])
    ),
    (
      "created/attachments",
      .created(
        title: "Fix", prompt: "Fix", project: project, profile: profile, owner: owner, parent: nil, root: task,
        depth: 0, attachments: notes)
    ),
    (
      "created",
      .created(
        title: "Fix", prompt: "Fix it\nnow", project: project, profile: profile, owner: owner,
        parent: TaskID(trusted: "task_0"), root: TaskID(trusted: "task_0"), depth: 1)
    ),
    (
      "created/minimal",
      .created(
        title: "Fix", prompt: "Fix", project: project, profile: profile, owner: owner, parent: nil, root: task, depth: 0
      )
    ),
    (
      "created/machine",
      .created(
        title: "Fix", prompt: "Fix", project: project, profile: profile, owner: owner, parent: nil, root: task,
        depth: 0, wish: wish)
    ),
    ("held", .held(.capacity("a machine is on its way"))), ("waiting/silent", .waiting(.silent(since: time))),
    ("waiting/quota", .waiting(.quota(until: time, reason: "used up"))),
    ("readied", .readied), ("queued", .queued),
    ("started", .started(session: session, workspace: workspace, machine: machine, branch: "sam/fix-1")),
    ("running", .running), ("waiting", .waiting(.approval(approval))), ("waiting/human", .waiting(.human("say more"))),
    ("cancelRequested", .cancelRequested), ("completed", .completed(result)),
    ("completed/minimal", .completed(TaskResult())), ("failed", .failed(reason: "no remote")),
    ("cancelled", .cancelled), ("reopened", .reopened), ("retried", .retried),
  ]
  static let sessionEvents: [(String, Session.Event)] = [
    (
      "opened",
      .opened(
        task: task, project: project, profile: profile, launch: launch, approvals: .allow, machine: machine,
        workspace: workspace, title: "Fix", owner: owner)
    ),
    ("turnPutFirst", .turnPutFirst(turn)), ("held", .held(QuotaHold(until: time, reason: "used up"))),
    ("settingChosen", .settingChosen(setting: "mode", value: "plan")),
    ("choiceDropped", .choiceDropped(setting: "mode")),
    ("settingsOffered", .settingsOffered([setting, toggle])),
    ("prepared", .prepared), ("turnQueued", .turnQueued(turn)), ("turnDropped", .turnDropped(turn)),
    ("turnActivated", .turnActivated(turn)), ("turnOver", .turnOver(turn)),
    ("rebound", .rebound(epoch: 2)), ("closed", .closed(reason: "retried")),
  ]
  static let turnEvents: [(String, Turn.Event)] = [
    (
      "queued/attachments",
      .queued(
        session: session, number: 1, text: "Go", supersedes: nil, owner: owner, project: project, attachments: notes)
    ),
    (
      "queued",
      .queued(
        session: session, number: 2, text: "Go on", supersedes: TurnID(trusted: "turn_0"), owner: owner,
        project: project)
    ),
    (
      "queued/minimal",
      .queued(session: session, number: 1, text: "Go", supersedes: nil, owner: owner, project: project)
    ),
    ("dispatched", .dispatched), ("delivered", .delivered), ("started", .started),
    ("cancelRequested", .cancelRequested), ("finished", .finished(stopReason: "end_turn")),
    ("failed", .failed(reason: "exit 1")), ("interrupted", .interrupted(reason: "restart")),
    ("lost", .lost(reason: "nobody knows")), ("cancelled", .cancelled),
  ]
  static let form = ApprovalForm(
    fields: [
      FormField(
        name: "colour", title: "Colour", description: "of the door", kind: .text, isRequired: true,
        choices: [.init(value: "red", title: "Red")]),
      FormField(name: "number", kind: .integer, minimum: 1, maximum: 9, standard: .integer(3)),
    ], url: "https://a.example/form")
  static let values: [String: FormValue] = [
    "a": .text("red"), "b": .integer(3), "c": .number(2.5), "d": .boolean(true), "e": .choices(["s", "l"]),
  ]

  static let approvalEvents: [(String, Approval.Event)] = [
    (
      "asked",
      .asked(
        session: session, turn: turn, title: "Run make?", tool: tool, options: options, owner: owner, project: project)
    ),
    (
      "asked/minimal",
      .asked(session: session, turn: nil, title: "?", tool: nil, options: [], owner: owner, project: project)
    ),
    (
      "answered", .answered(option: "yes", by: Actor(kind: .user, id: "user_owner", token: TokenID(trusted: "token_1")))
    ),
    ("answered/minimal", .answered(option: "yes", by: .system)), ("expired", .expired),
    (
      "asked/form",
      .asked(
        session: session, turn: turn, title: "?", tool: nil, options: options, owner: owner, project: project,
        form: form)
    ),
    ("answered/form", .answered(option: "yes", by: .owner, name: "laptop", values: values)),
    ("answered/rule", .answered(option: "yes", by: .system, basis: .rule("allow edit:src/**"))),
    ("answered/grant", .answered(option: "yes", by: .system, basis: .grant(grant))),
    ("answered/granting", .answered(option: "yes", by: .owner, basis: .granting(grant, .project), name: "laptop")),
    ("voided", .voided(reason: "the turn is over")),
  ]
  static let quotaEvents: [(String, Quota.Event)] = [
    ("opened", .opened(credential: "secret key", owner: owner)),
    ("exhausted", .exhausted(reason: "used up", until: time)), ("joined", .joined(session)),
    ("probing", .probing(session, until: time)), ("freed", .freed),
  ]
  static let subject = ApprovalSubject(ToolActivity(id: "c", kind: "execute", command: "make test"))
  static let grantEvents: [(String, Grant.Event)] = [
    (
      "given",
      .given(
        action: .allow, subject: subject, scope: .session, approval: approval, session: session, project: project,
        profile: profile, owner: owner, by: .owner, name: "laptop")
    ),
    (
      "given/minimal",
      .given(
        action: .deny, subject: ApprovalSubject(ToolActivity(id: "c", kind: "edit", paths: ["a"])), scope: .project,
        approval: approval, session: session, project: project, profile: profile, owner: owner, by: .owner, name: nil)
    ), ("revoked", .revoked(by: .owner)),
  ]
  static let machineEvents: [(String, Machine.Event)] = [
    ("registered", .registered(name: "here", provider: "local", owner: owner)), ("lost", .lost), ("found", .found),
    ("requested", .requested(name: "sam-1", cloud: cloud, kind: "cx22", wish: wish, owner: owner)),
    (
      "requested/minimal",
      .requested(name: "sam-1", cloud: cloud, kind: nil, wish: MachineWish(provider: "hetzner"), owner: owner)
    ),
    ("discovered", .discovered(name: "sam-2", cloud: cloud, handle: handle, owner: owner)),
    ("creating", .creating), ("called", .called), ("hungUp", .hungUp), ("dropped", .dropped(reason: "nobody waits")),
    ("created", .created(handle: handle, address: "192.0.2.1")),
    ("created/minimal", .created(handle: handle, address: nil)), ("refused", .refused(reason: "none in stock")),
    ("located", .located(handle: handle)), ("enrolled", .enrolled), ("took", .took(session)),
    ("rested", .rested(session)), ("resumed", .resumed(session)), ("released", .released(session)),
    ("idled", .idled), ("woken", .woken), ("draining", .draining(reason: "nobody needed it")),
    ("discarded", .discarded(by: .owner)), ("givenUp", .givenUp), ("destroying", .destroying(reason: "given back")),
    ("destroyed", .destroyed), ("reappeared", .reappeared(handle: handle)),
  ]
  static let cloudEvents: [(String, Cloud.Event)] = [
    ("opened", .opened(installation: installation, settlingSeconds: 60, owner: owner)),
    ("settled", .settled(settlingSeconds: 90)),
    ("blocked", .blocked(kind: "cx22", error: ProviderError(.capacity, "none in stock", evidence: "412 {}"))),
    ("blocked/minimal", .blocked(kind: nil, error: ProviderError(.quota, "10 are allowed"))),
    ("eased", .eased(kind: "cx22")), ("eased/minimal", .eased(kind: nil)), ("unblocked", .unblocked(kind: "cx22")),
    ("unblocked/minimal", .unblocked(kind: nil)),
    ("held", .held(generation: 3)), ("confirmed", .confirmed(by: .owner)), ("suspected", .suspected(handle)),
    ("cleared", .cleared(handle)),
  ]
  static let workspaceEvents: [(String, Workspace.Event)] = [
    (
      "requested",
      .requested(
        project: project, session: session, machine: machine, repository: "/srv/a", baseBranch: "main",
        branch: "sam/fix-1", owner: owner)
    ),
    ("prepared", .prepared(baseCommit: "c0ffee")), ("prepared/minimal", .prepared(baseCommit: nil)),
    ("failed", .failed(reason: "no such repository")), ("destroyed", .destroyed), ("touched", .touched(turn: 2)),
    ("saved", .saved(through: 2, bundle: BlobID(trusted: "blob_1"))),
    ("saved/minimal", .saved(through: 2, bundle: nil)), ("unsavable", .unsavable(reason: "no answer")),
  ]
  static let entries: [(String, EntryBody)] = [
    ("user", .user(TextBlock("Go"))), ("user/attachments", .user(TextBlock("Go", attachments: notes))),
    ("agent", .agent(TextBlock("Yes", message: "m1"))),
    ("thought", .thought(TextBlock("Hm"))), ("tool", .tool(tool)), ("tool/minimal", .tool(ToolActivity(id: "call_1"))),
    ("plan", .plan(Plan(steps: [.init(text: "Look", priority: "high", status: "pending")]))),
    ("usage", .usage(Usage(usedTokens: 1, contextTokens: 200_000, cost: 0.25, currency: "USD"))),
    ("usage/minimal", .usage(Usage(usedTokens: 1, contextTokens: 2))),
    ("approval", .approval(ApprovalNote(approval: approval, state: .asked, title: "?", options: options))),
    (
      "approval/form",
      .approval(ApprovalNote(approval: approval, state: .asked, title: "?", options: options, form: form))
    ),
    (
      "approval/values",
      .approval(
        ApprovalNote(approval: approval, state: .answered, title: "?", options: [], chosen: "yes", values: values))
    ),
    (
      "approval/answered",
      .approval(
        ApprovalNote(approval: approval, state: .answered, title: "?", options: [], chosen: "yes", by: "user_owner"))
    ),
    (
      "approval/granted",
      .approval(
        ApprovalNote(
          approval: approval, state: .answered, title: "?", options: [], chosen: "yes", by: "laptop", grant: grant,
          scope: .session))
    ),
    (
      "approval/rule",
      .approval(
        ApprovalNote(
          approval: approval, state: .answered, title: "?", options: [], chosen: "yes", by: "policy", rule: "allow edit"
        ))
    ),
    (
      "approval/void",
      .approval(ApprovalNote(approval: approval, state: .void, title: "?", options: [], reason: "gone"))
    ),
    ("tool/command", .tool(ToolActivity(id: "call_1", kind: "execute", command: "make test"))),
    ("turn", .turn(TurnNote(state: .finished, reason: "end_turn"))),
    ("work", .work(WorkNote(branch: "b", commits: result.commits, pushed: false, problem: "no remote"))),
    ("settings", .settings(SettingsNote([.init(setting: "mode", value: "plan")], by: "laptop"))),
    ("settings/minimal", .settings(SettingsNote())), ("notice", .notice(Notice(.warning, "Look"))),
    ("other", .other(OtherBody(update: "new_kind"))),
  ]
  static let outbox: [(String, OutboxItem.Content)] = [
    ("entry", .entry(.agent(TextBlock("Yes")), raw: JSONText(text: "{\"a\":1}"))),
    ("entry/minimal", .entry(.agent(TextBlock("Yes")), raw: nil)), ("started", .started),
    ("ended", .ended(.finished(stopReason: "end_turn"))), ("ended/failed", .ended(.failed(reason: "x"))),
    ("ended/interrupted", .ended(.interrupted(reason: "x"))), ("ended/ambiguous", .ended(.ambiguous(reason: "x"))),
    ("ended/limited", .ended(.limited(reason: "used up", until: time))),
    ("ended/limited/minimal", .ended(.limited(reason: "used up", until: nil))),
    ("ended/cancelled", .ended(.cancelled)), ("asked", .asked(approval, title: "?", tool: tool, options: options)),
    (
      "asked/form",
      .asked(approval, title: "?", tool: nil, options: options, form: ApprovalForm(url: "https://a.example"))
    ),
    ("agentGone", .agentGone(reason: "exit 1")), ("silent", .silent(since: time)), ("heard", .heard),
    ("settings", .settings([setting, toggle], told: ["mode": "plan"])),
    (
      "settingRefused",
      .settingRefused(RefusedSetting(setting: "mode", value: "never", reason: "there is no such mode"))
    ),
  ]
  static let item = OutboxItem(sequence: 7, at: time, turn: turn, content: .started)
  static let journal: [(String, JournalRecord)] = [
    ("epoch", .epoch(2)), ("received", .received(turn, text: "Go", correlation: "00-a-b-01")),
    ("received/attachments", .received(turn, text: "Go", correlation: nil, attachments: [shot, page])),
    ("received/minimal", .received(turn, text: "Go", correlation: nil)), ("handing", .handing(turn)),
    ("absent", .absent(turn)),
    ("refused", .refused(turn)), ("item", .item(item)), ("acknowledged", .acknowledged(7)),
    ("conversation", .conversation("sess-1")),
  ]
  static let requests: [(String, MachineRequest)] = [
    (
      "prepare",
      .prepare(WorkspaceOrder(workspace: workspace, repository: "/srv/a", baseBranch: "main", branch: "sam/fix-1"))
    ),
    ("deliver/attachments", .deliver(PromptDelivery(spec: spec, turn: turn, text: "Go", attachments: [shot, page]))),
    ("deliver", .deliver(PromptDelivery(spec: spec, turn: turn, text: "Go", correlation: "00-a-b-01"))),
    ("attach/chosen", .attach(chosenSpec)),
    ("attach", .attach(spec)), ("attach/turn", .attach(spec, turn: turn)),
    (
      "save",
      .save(
        PublishOrder(
          workspace: workspace, repository: "/srv/a", baseBranch: "main", branch: "sam/fix-1", baseCommit: nil,
          message: "Left"))
    ), ("cancel", .cancel(session: session, turn: turn)),
    ("answer", .answer(session: session, approval: approval, option: "yes")),
    ("answer/minimal", .answer(session: session, approval: approval, option: nil)),
    ("answer/form", .answer(session: session, approval: approval, option: "yes", values: values)),
    (
      "publish",
      .publish(
        PublishOrder(
          workspace: workspace, repository: "/srv/a", baseBranch: nil, branch: "sam/fix-1", baseCommit: "c0ffee",
          message: "Fix"))
    ),
    ("end", .end(session: session)), ("check", .check(launch)), ("check/login", .check(launch, login: "itself")),
    ("check/files", .check(trial)),
  ]
  static let replies: [(String, MachineReply)] = [
    ("done", .done), ("prepared", .prepared(baseCommit: "c0ffee")),
    ("published", .published(PublishedWork(result: result, problem: "no remote", bundle: BlobID(trusted: "blob_1")))),
    (
      "checked/logins",
      .checked(
        AgentCheck(
          works: false, problem: "it wants a login",
          logins: [
            AgentLogin(
              id: "terminal", name: "In a terminal", description: "by hand", command: ["agent", "login"],
              environment: ["A": "b"]),
            AgentLogin(id: "itself", name: "By itself"),
          ]))
    ),
    (
      "checked",
      .checked(
        AgentCheck(works: true, name: "Vibe 1", abilities: ["load"], program: "/bin/vibe", startMilliseconds: 900))
    ),
    ("checked/rewritten", .checked(AgentCheck(works: true, rewritten: ["codex-login": "{}"]))),
    ("refused", .refused(reason: "no")),
  ]
  static let effects: [(String, Effect)] = [
    ("prepareWorkspace", .prepareWorkspace(workspace)), ("deliverPrompt", .deliverPrompt(turn)),
    ("cancelTurn", .cancelTurn(turn)), ("answerApproval", .answerApproval(approval)),
    ("publishWork", .publishWork(turn)), ("endSession", .endSession(session)),
    ("attachSession", .attachSession(session)), ("saveWork", .saveWork(workspace)),
    ("createMachine", .createMachine(machine)), ("findMachine", .findMachine(machine, isLast: false)),
    ("destroyMachine", .destroyMachine(machine)), ("sweep", .sweep(cloud)),
    ("timer", .timer(.boot(machine))),
  ]
  static let timers: [(String, SAMCore.Timer)] = [
    ("boot", .boot(machine)), ("lost", .lost(machine)), ("warm", .warm(machine)),
    ("supply", .supply(cloud, kind: "cx22")), ("supply/minimal", .supply(cloud, kind: nil)),
    ("approval", .approval(approval)), ("quota", .quota(quota)),
  ]
  static let outcomes: [(String, EffectOutcome)] = [
    ("done", .done), ("prepared", .prepared(baseCommit: nil)),
    ("published", .published(PublishedWork(result: TaskResult()))), ("created", .created(shown)),
    ("found", .found(shown)), ("found/minimal", .found(nil)), ("listed", .listed([shown])),
    ("provider", .provider(ProviderError(.rate, "slow down"))), ("refused", .refused(reason: "no")),
    ("retry", .retry(reason: "later")), ("away", .away(reason: "not connected")), ("unknown", .unknown),
  ]
  static let batches: [(String, OutboxBatch)] = [("batch", OutboxBatch(session: session, epoch: 2, items: [item]))]
}
