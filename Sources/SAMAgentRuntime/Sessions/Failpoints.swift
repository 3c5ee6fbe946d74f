// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMCore

/// Places at which a test build kills itself when the environment variable `SAM_FAILPOINT` names them.
///
/// The kill is `SIGKILL`: nothing is flushed, nobody is told. A release build has none of this.
/// The stated outcome of each is in docs/failpoints.md.
public enum Failpoint: String, CaseIterable, Sendable {
  /// A prompt has arrived; it is not in the journal.
  case beforeReceived = "before-received"
  /// A prompt is on disk; the control plane has not heard so.
  case afterReceived = "after-received"
  /// The agent is ready; the hand-over is not in the journal.
  case beforeHanding = "before-handing"
  /// The hand-over is on disk; no byte has gone to the agent.
  case afterHanding = "after-handing"
  /// The agent said its first word of this turn; it is not in the journal.
  case firstChunk = "first-chunk"
  /// An approval was asked; it is on the machine's disk and not yet at the control plane.
  case approvalPending = "approval-pending"
  /// The agent ended its turn; it is not in the journal.
  case turnEnd = "turn-end"
  /// The work is committed in SAM's repository; nothing is pushed.
  case beforePush = "before-push"
  /// The work is pushed; the control plane has not heard so.
  case afterPush = "after-push"
}

/// Watches for the one failpoint that is armed.
struct Failpoints: Sendable {
  #if DEBUG
    private let armed: Failpoint?

    init(environment: [String: String]) {
      armed = environment["SAM_FAILPOINT"].flatMap(Failpoint.init(rawValue:))
    }

    /// Passes a place; does not return when it is the armed one.
    func pass(_ point: Failpoint) {
      guard point == armed else { return }
      kill(getpid(), SIGKILL)
    }

    /// Passes the places before a record is written.
    func pass(before record: JournalRecord) {
      switch record {
      case .received: pass(.beforeReceived)
      case .handing: pass(.beforeHanding)
      case .item(let item):
        switch item.content {
        case .entry(.agent, _): pass(.firstChunk)
        case .ended: pass(.turnEnd)
        default: break
        }
      default: break
      }
    }

    /// Passes the places after a sync.
    func synced(_ last: JournalRecord?) {
      switch last {
      case .received: pass(.afterReceived)
      case .item(let item):
        if case .asked = item.content { pass(.approvalPending) }
      default: break
      }
    }
  #else
    init(environment: [String: String]) {}
    func pass(_ point: Failpoint) {}
    func pass(before record: JournalRecord) {}
    func synced(_ last: JournalRecord?) {}
  #endif
}
