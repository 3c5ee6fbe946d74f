// SPDX-License-Identifier: Apache-2.0
import Testing

/// The domain is given time, ids and chance, so that the simulator can decide them.
@Suite("Domain")
struct DomainPurityTests {
  @Test(
    "SAMCore reads no clock and draws no chance",
    arguments: ["Date()", "Date.now", "UUID()", "ContinuousClock", "SuspendingClock", "Task.sleep", "gettimeofday"])
  func readsNoClock(word: String) throws {
    for file in try Repository.files(in: "Sources/SAMCore", ["swift"]) {
      for (number, line) in file.code where line.contains(word) {
        Issue.record("\(file.path):\(number) uses \(word); take a clock or an id source instead")
      }
    }
  }

  @Test("chance comes from the one generator that is handed in")
  func chanceIsHandedIn() throws {
    let allowed = "Sources/SAMCore/Identity/IDSource.swift"
    for file in try Repository.files(in: "Sources/SAMCore", ["swift"]) where file.path != allowed {
      for (number, line) in file.code where line.contains(".random(") || line.contains("SystemRandom") {
        Issue.record("\(file.path):\(number) draws chance; use the IDSource")
      }
    }
  }
}

extension Repository.File {
  /// The lines with their numbers, without those that are comments.
  var code: [(number: Int, line: String)] {
    lines.enumerated().compactMap { index, line in
      line.trimmingPrefix { $0 == " " }.hasPrefix("//") ? nil : (index + 1, line)
    }
  }
}
