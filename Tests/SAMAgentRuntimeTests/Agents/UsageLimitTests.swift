// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMCore
import Testing

@testable import SAMAgentRuntime

/// What agents say when a limit of use is reached, and until when that is.
@Suite struct UsageLimitTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var agent: String
    var text: String
    /// RFC 3339; nil = it says no time.
    var until: String?
    var testDescription: String { text }
  }

  /// It is 2026-11-24, 10:00 in UTC; the machine's clock shows 11:00 in Paris.
  static let now = "2026-11-24T10:00:00Z"
  static let cases = [
    Case(agent: "claude", text: "Claude AI usage limit reached|1795521600", until: "2026-11-24T12:00:00Z"),
    Case(agent: "claude", text: "You've hit your limit · resets 3pm (UTC)", until: "2026-11-24T15:00:00Z"),
    Case(agent: "claude", text: "You've hit your limit · resets 9am (UTC)", until: "2026-11-25T09:00:00Z"),
    Case(
      agent: "claude", text: "5-hour limit reached ∙ resets 3:30am (America/New_York)", until: "2026-11-25T08:30:00Z"),
    Case(agent: "claude", text: "5-hour limit reached ∙ resets 1pm", until: "2026-11-24T12:00:00Z"),
    Case(agent: "claude", text: "Weekly limit reached ∙ resets Nov 29, 3am (UTC)", until: "2026-11-29T03:00:00Z"),
    Case(
      agent: "claude", text: "Weekly limit reached ∙ resets Jan 2 at 12am (Asia/Tokyo)", until: "2027-01-01T15:00:00Z"),
    Case(
      agent: "codex", text: "You've hit your usage limit. Try again in 2 days 3 hours 5 minutes.",
      until: "2026-11-26T13:05:00Z"),
    Case(agent: "codex", text: "You've hit your usage limit. Try again at 11:00 AM.", until: "2026-11-24T10:01:00Z"),
    Case(agent: "codex", text: "You've hit your usage limit. Try again at 10:59 AM.", until: "2026-11-25T09:59:00Z"),
    Case(agent: "codex", text: "You've hit your usage limit. Try again at 3:05 PM.", until: "2026-11-24T14:05:00Z"),
    Case(
      agent: "codex", text: "You've hit your usage limit or try again at Nov 26th, 2026 3:05 PM.",
      until: "2026-11-26T14:05:00Z"),
    Case(agent: "codex", text: "Rate limit reached for gpt. Please try again in 6m0s.", until: "2026-11-24T10:06:00Z"),
    Case(
      agent: "codex", text: "Rate limit reached for gpt. Please try again in 1.5s.", until: "2026-11-24T10:00:01.5Z"),
    Case(agent: "codex", text: "usage limit {\"codexErrorInfo\":\"usageLimitExceeded\"}", until: nil),
    Case(agent: "vibe", text: "Rate limit exceeded. Please wait a moment before trying again", until: nil),
    Case(agent: "gemini", text: "429 RESOURCE_EXHAUSTED, retry after 20 seconds", until: "2026-11-24T10:00:20Z"),
  ]

  private func launch(_ agent: String) throws -> AgentLaunch {
    let known = try #require(AgentCatalog.agent(named: agent))
    if let adapter = known.candidates.compactMap(\.adapter).first {
      return AgentLaunch(command: "/usr/bin/samd", arguments: ["adapter", adapter])
    }
    return AgentLaunch(command: try #require(known.candidates.first).program)
  }

  private func time(_ text: String) throws -> Timestamp {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
    return Timestamp(milliseconds: Int64(try style.parse(text).timeIntervalSince1970 * 1000))
  }

  @Test(arguments: cases) func theEndIsRead(_ expected: Case) throws {
    let paris = try #require(TimeZone(identifier: "Europe/Paris"))
    let (agent, now) = (try launch(expected.agent), try time(Self.now))
    let limit = try #require(UsageLimit(expected.text, of: agent, now: now, zone: paris))
    #expect(try limit.until == expected.until.map(time))
  }

  @Test func whatIsNoLimitIsNone() throws {
    for agent in ["claude", "codex", "vibe"] {
      for text in ["the model is overloaded", "connection reset", "the file has 5 lines, try again in 5 minutes"] {
        #expect(UsageLimit(text, of: try launch(agent), now: try time(Self.now)) == nil)
      }
    }
  }

  @Test func anAgentOfOnesOwnHasItsOwnWords() throws {
    let own = AgentLaunch(command: "mine", usageLimits: ["out of credits"])
    #expect(UsageLimit("Out of credits!", of: own, now: try time(Self.now)) != nil)
    #expect(UsageLimit("usage limit reached", of: own, now: try time(Self.now)) == nil)
    #expect(UsageLimit("usage limit reached", of: AgentLaunch(command: "other"), now: try time(Self.now)) != nil)
  }
}
