// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMRPC
import SAMTestKit
import Testing

@Suite("Reports on the protocol")
struct ProtocolReportTests {
  private static let report = ProtocolReport(
    title: "an <agent> & \"co\"",
    results: [
      .init(
        check: .init("ACP-900", "is kept", section: "Somewhere"), outcome: .passed, duration: .milliseconds(1500)),
      .init(check: .init("ACP-901", "is <broken>", section: "A & B"), outcome: .failed("found \"x\"\n\u{0}\u{1B}[31m")),
      .init(check: .init("ACP-902", "is not asked for", section: "C"), outcome: .notApplicable("no list")),
      .init(check: .init("ACP-903", "cannot be seen", section: "D"), outcome: .blocked("ACP-901")),
    ])

  @Test("what does not apply and what is blocked is never counted as passed")
  func counts() {
    #expect(Self.report.passed == ["ACP-900"] && Self.report.failed == ["ACP-901"])
    #expect(Self.report.notApplicable == ["ACP-902"] && Self.report.blocked == ["ACP-903"])
    #expect(!Self.report.conforms)
    #expect(Self.report.summary.hasSuffix(": 1 passed, 1 failed, 1 not applicable, 1 blocked"))
  }

  @Test("the text says of each check how it ended, and where the protocol promises what is broken")
  func text() {
    let text = Self.report.description
    for line in ["ACP-900  passed", "ACP-901  FAILED", "see A & B", "ACP-902  not applicable", "ACP-903  blocked"] {
      #expect(text.contains(line), "\(text)")
    }
  }

  @Test("the JSON holds everything")
  func json() throws {
    let json = try JSONValue(parsing: Self.report.json.serialized())
    #expect(json["conforms"] == false && json["not_applicable"] == 1)
    let checks = try #require(json["checks"]?.arrayValue)
    #expect(checks.map { $0["outcome"]?.stringValue } == ["passed", "failed", "not_applicable", "blocked"])
    #expect(checks[0]["seconds"] == 1.5 && checks[0]["detail"] == nil)
    #expect(checks[1]["detail"]?.stringValue?.contains("\u{1B}") == true)
  }

  @Test("the JUnit report is well-formed XML, whatever an agent wrote, and skipped is what was not judged")
  func junit() throws {
    let text = Self.report.junit
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(text.contains("tests=\"4\" failures=\"1\" skipped=\"2\""))
    #expect(text.contains("an &lt;agent&gt; &amp; &quot;co&quot;") && text.contains("is &lt;broken&gt;"))
    #expect(text.components(separatedBy: "<skipped").count == 3 && text.components(separatedBy: "<failure").count == 2)
    #expect(text.components(separatedBy: "<testcase").count == 5)
  }
}
