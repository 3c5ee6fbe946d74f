// SPDX-License-Identifier: Apache-2.0

/// What was sent along with a prompt, kept once in a row of its own: turns and tasks only name it, so that they stay small.
public struct Attachment: Aggregate {
  /// The kind's name.
  public static let kind = AggregateKind(rawValue: "attachment")

  /// What can happen to an attachment.
  public enum Event: Codable, Sendable, Equatable {
    /// It was sent.
    case added(content: PromptAttachment, owner: UserID, project: ProjectID)
  }

  /// Its id.
  public let id: AttachmentID
  /// The file or the link.
  public let content: PromptAttachment
  /// Whose it is.
  public let owner: UserID
  /// The project.
  public let project: ProjectID

  /// Folds `added`.
  public init(first event: Event, id: AttachmentID, at: Timestamp) throws {
    switch event {
    case .added(let content, let owner, let project):
      self.content = content
      self.owner = owner
      self.project = project
    }
    self.id = id
  }

  /// Nothing happens to it later.
  public mutating func apply(_ event: Event, at: Timestamp) throws {
    throw Rejection(.wrongState, "attachment '\(id)' is there already; it is never changed")
  }

  /// What lists are made by.
  public var index: StateIndex { StateIndex(status: "added", owner: owner, project: project) }

  /// What people see of it.
  var note: AttachmentNote {
    AttachmentNote(id: id, name: content.name, type: content.type, size: content.data?.count, uri: content.uri)
  }
}

/// An attachment without its content, as turns, tasks and transcripts have it.
public struct AttachmentNote: Codable, Hashable, Sendable {
  /// Which.
  public var id: AttachmentID
  /// What people and agents call it.
  public var name: String
  /// The media type; nil = not known.
  public var type: String?
  /// The size in bytes; nil = it is a link.
  public var size: Int?
  /// Where it is, or where the content comes from.
  public var uri: String?

  /// - Parameters: as the properties of the same names.
  public init(id: AttachmentID, name: String, type: String? = nil, size: Int? = nil, uri: String? = nil) {
    self.id = id
    self.name = name
    self.type = type
    self.size = size
    self.uri = uri
  }
}

/// How attachments come in.
enum Attachments {
  /// Keeps what is sent along with a prompt.
  /// - Returns: nil when nothing is.
  static func add(
    _ attachments: [PromptAttachment]?, owner: UserID, project: ProjectID, _ decision: inout Decision
  ) throws -> [AttachmentNote]? {
    guard let attachments, !attachments.isEmpty else { return nil }
    return try attachments.map { content in
      try decision.record(
        .added(content: content, owner: owner, project: project), on: decision.newID(), as: Attachment.self
      ).note
    }
  }
}
