// SPDX-License-Identifier: Apache-2.0

/// A person or an agent wants something done on a project.
public struct CreateTask: Command {
  /// The stable name.
  public static let name = "task.create"
  /// The project.
  public var project: ProjectID
  /// The agent with its settings.
  public var profile: ProfileID
  /// What is to be done.
  public var prompt: String
  /// What is sent along with it.
  public var attachments: [PromptAttachment]?
  /// What is chosen for the agent, by setting; it wins over the agent's definition.
  public var chosen: [String: String]?
  /// What people call it; nil = the prompt's first line.
  public var title: String?
  /// An id that its sender made, for those who name a task before they have something to do; nil = a new one.
  public var id: TaskID?

  /// - Parameters: as the properties of the same names.
  public init(
    project: ProjectID, profile: ProfileID, prompt: String, attachments: [PromptAttachment]? = nil,
    chosen: [String: String]? = nil, title: String? = nil, id: TaskID? = nil
  ) {
    self.id = id
    self.project = project
    self.profile = profile
    self.prompt = prompt
    self.attachments = attachments
    self.chosen = chosen
    self.title = title
  }

  /// Writes the task down and begins its first attempt.
  public func decide(in decision: inout Decision) throws -> SAMTask {
    let project = try decision.get(Project.self, project)
    guard project.state == .active else {
      throw Rejection(.wrongState, "project '\(project.name)' was removed; add it again")
    }
    let profile = try decision.get(Profile.self, profile)
    guard profile.state == .active else {
      throw Rejection(.wrongState, "agent '\(profile.name)' was removed; define it again or choose another")
    }
    try Prompts.check(prompt, attachments)
    try SettingChoices.check(chosen ?? [:])
    let id = id ?? decision.newID(TaskID.self)
    guard try decision.find(SAMTask.self, id) == nil else {
      throw Rejection(
        .alreadyExists, "there is a task '\(id)' already; make another id, or speak in its session")
    }
    let attachments = try Attachments.add(
      attachments, owner: decision.actor.owner, project: project.id, &decision)
    try decision.record(
      .created(
        title: Prompts.title(title ?? "", or: prompt), prompt: prompt, project: project.id, profile: profile.id,
        owner: decision.actor.owner, parent: nil, root: id, depth: 0, wish: profile.machine,
        attachments: attachments, chosen: chosen), on: id, as: SAMTask.self)
    try decision.record(.readied, on: id, as: SAMTask.self)
    try decision.record(.queued, on: id, as: SAMTask.self)
    return try Supply.place(id, &decision)
  }
}

/// The rules for prompts.
enum Prompts {
  static func check(_ text: String, _ attachments: [PromptAttachment]?) throws {
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw Rejection(.invalid, "the prompt is empty; say what is to be done")
    }
    guard text.utf8.count <= 1 << 20, !text.utf8.contains(0) else {
      throw Rejection(.invalid, "the prompt is over 1 MiB or has a NUL byte; put long material into the repository")
    }
    try PromptAttachment.check(attachments ?? [])
  }

  /// The first line that says something, at most 80 characters; of the other text when this one says nothing.
  static func title(_ text: String, or other: String = "") -> String {
    let lines = text.split(whereSeparator: \.isNewline) + other.split(whereSeparator: \.isNewline)
    let line = lines.lazy.map { $0.drop(while: \.isWhitespace) }.first { !$0.isEmpty } ?? ""
    return line.count <= 80 ? String(line) : line.prefix(79) + "…"
  }
}
