// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// What a waiting task waits for, on the wire.
public struct WaitingView: Codable, Hashable, Sendable {
  /// approval, human, capacity, silent, quota.
  public var kind: String
  /// The wait, in words.
  public var text: String
  /// The approval to answer.
  public var approval: ApprovalID?
  /// Since when the agent has said nothing.
  public var since: APITimestamp?
  /// When it goes on by itself.
  public var until: APITimestamp?

  /// - Parameter reason: what it waits for.
  public init(_ reason: WaitReason) {
    text = reason.explanation
    switch reason {
    case .approval(let id):
      kind = "approval"
      approval = id
    case .human: kind = "human"
    case .capacity: kind = "capacity"
    case .silent(let time):
      kind = "silent"
      since = APITimestamp(time)
    case .quota(let time, _):
      kind = "quota"
      until = APITimestamp(time)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case kind
    case text
    case approval
    case since
    case until
  }
}
