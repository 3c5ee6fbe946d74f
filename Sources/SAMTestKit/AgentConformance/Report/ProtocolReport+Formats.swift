// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ProtocolCheck.Outcome {
  /// The outcome's stable name: `passed`, `failed`, `not_applicable` or `blocked`.
  public var name: String {
    switch self {
    case .passed: "passed"
    case .failed: "failed"
    case .notApplicable: "not_applicable"
    case .blocked: "blocked"
    }
  }

  /// What there is to say about it; nil when passed.
  public var detail: String? {
    switch self {
    case .passed: nil
    case .failed(let text), .notApplicable(let text), .blocked(let text): text
    }
  }
}

extension ProtocolReport {
  /// The report for programs: `title`, the counts, and `checks`, each with `id`, `promise`, `section`, `outcome`, `detail`
  /// and `seconds`.
  public var json: JSONValue {
    let checks = results.map { result -> JSONValue in
      var members: JSONObject = [
        "id": .string(result.check.id), "promise": .string(result.check.promise),
        "section": .string(result.check.section), "outcome": .string(result.outcome.name),
      ]
      members["detail"] = result.outcome.detail.map { .string($0) }
      members["seconds"] = .number(result.duration / .seconds(1))
      return .object(members)
    }
    return [
      "title": .string(title), "conforms": .bool(conforms), "passed": .integer(Int64(passed.count)),
      "failed": .integer(Int64(failed.count)), "not_applicable": .integer(Int64(notApplicable.count)),
      "blocked": .integer(Int64(blocked.count)), "checks": .array(checks),
    ]
  }

  /// The report as JUnit's XML, as continuous integration reads it. What does not apply or is blocked counts as skipped.
  public var junit: String {
    let seconds = results.reduce(Duration.zero) { $0 + $1.duration } / .seconds(1)
    let skipped = notApplicable.count + blocked.count
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<testsuite name=\"\(Self.escaped(title))\" tests=\"\(results.count)\" failures=\"\(failed.count)\" "
        + "skipped=\"\(skipped)\" errors=\"0\" time=\"\(seconds)\">",
    ]
    for result in results {
      let name = Self.escaped("\(result.check.id) \(result.check.promise)")
      let head = "  <testcase classname=\"acp\" name=\"\(name)\" time=\"\(result.duration / .seconds(1))\""
      let detail = Self.escaped(result.outcome.detail ?? "")
      switch result.outcome {
      case .passed: lines.append(head + "/>")
      case .failed:
        let section = Self.escaped(result.check.section)
        lines.append("\(head)><failure message=\"\(detail)\">\(section)</failure></testcase>")
      case .notApplicable: lines.append("\(head)><skipped message=\"not applicable: \(detail)\"/></testcase>")
      case .blocked: lines.append("\(head)><skipped message=\"blocked: \(detail)\"/></testcase>")
      }
    }
    return (lines + ["</testsuite>"]).joined(separator: "\n") + "\n"
  }

  /// The text with XML's own characters written as entities, and without those that XML cannot hold.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case "\t": result += "&#9;"
      case "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
        result.unicodeScalars.append(scalar)
      default: result += "\u{FFFD}"
      }
    }
    return result
  }
}
