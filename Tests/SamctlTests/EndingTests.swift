// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import SAMAPI
import Testing

@testable import SAMClient
@testable import samctl

@Suite struct EndingTests {
  @Test(arguments: [
    (Problem.Code.unreachable, EndStatus.unreachable), (.connectionLost, .unreachable), (.outcomeUnknown, .unreachable),
    (.unavailable, .unreachable), (.unauthenticated, .unauthenticated), (.invalidEndpoint, .usage),
    (.notFound, .failed),
    (.internal, .failed), (.streamGap, .failed), (Problem.Code(rawValue: "new"), .failed),
  ])
  func aFailedRequestHasItsEndStatus(_ code: Problem.Code, _ status: EndStatus) {
    #expect(EndStatus(Self.error(code)) == status)
  }

  @Test func anErrorGoesToStandardErrorAsWordsOrAsAProblem() throws {
    let ending = Ending(CommandFailure(.waits, "do this", code: "some_code"))
    let words = Written()
    #expect(ending.tell(words.output()) == 6)
    #expect(words.out.isEmpty && words.err == "Error: do this\n")
    let json = Written()
    #expect(ending.tell(json.output(isJSON: true)) == 6)
    let problem = try APICoding.decode(Problem.self, from: Array(json.err.utf8))
    #expect(json.out.isEmpty && problem.detail == "do this" && problem.code.rawValue == "some_code")
    #expect(json.err.hasSuffix("\n") && json.err.split(separator: "\n").count == 1)
  }

  @Test func whoIsNotKnownIsToldHowToLogIn() {
    #expect(Ending(Self.error(.unauthenticated)).text.contains("samctl login"))
  }

  @Test func anEndStatusByItselfSaysNothing() {
    let written = Written()
    #expect(Ending(ExitCode(3)).tell(written.output()) == 3)
    #expect(written.out.isEmpty && written.err.isEmpty)
  }

  private static func error(_ code: Problem.Code) -> SAMClientError { SAMClientError(Problem(code, "do this")) }
}
