// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What `POST /tasks` takes.
public struct CreateTaskBody: Codable, Hashable, Sendable {
  /// The project's id or name.
  public var project: String
  /// The agent's name or id.
  public var agent: String
  /// What is to be done.
  public var prompt: String
  /// What is sent along, as with ``SendPromptBody``.
  public var attachments: [PromptAttachment]?
  /// What is chosen for the agent, by setting: `{"mode":"plan"}`. It is looked at when the agent is there.
  public var settings: [String: String]?
  /// What people call it; nil = the prompt's first line.
  public var title: String?
  /// An id that the client made, `task_` and a ULID; nil = samd makes one.
  public var id: TaskID?

  /// - Parameters: as the properties of the same names.
  public init(
    project: String, agent: String, prompt: String, attachments: [PromptAttachment]? = nil,
    settings: [String: String]? = nil, title: String? = nil, id: TaskID? = nil
  ) {
    self.id = id
    self.project = project
    self.agent = agent
    self.prompt = prompt
    self.attachments = attachments
    self.settings = settings
    self.title = title
  }

  private enum CodingKeys: String, CodingKey {
    case project
    case agent
    case prompt
    case attachments
    case settings
    case title
    case id
  }
}
