// SPDX-License-Identifier: Apache-2.0

/// One line of a session's journal on the machine: inbox and outbox in one file, so that their order is one order.
public enum JournalRecord: Codable, Hashable, Sendable {
  /// A new binding of the session to this machine; its items are numbered from 1.
  case epoch(Int64)
  /// A prompt arrived. Synced before it is acknowledged.
  case received(TurnID, text: String, correlation: String?, attachments: [PromptAttachment]? = nil)
  /// A prompt is about to be handed to the agent. Synced before the first byte goes out; at most one per prompt, ever.
  case handing(TurnID)
  /// A turn was cancelled before its prompt arrived: if it still arrives, it is not handed over.
  case refused(TurnID)
  /// A replay shows that the agent never took a prompt that was handed over.
  case absent(TurnID)
  /// Something to report.
  case item(OutboxItem)
  /// The control plane has everything through this sequence.
  case acknowledged(Int64)
  /// The agent's own id of the conversation, by which it is loaded again.
  case conversation(String)
}
