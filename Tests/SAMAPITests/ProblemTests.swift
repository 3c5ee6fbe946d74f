// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import Testing

@Suite struct ProblemTests {
  @Test(
    "A refusal keeps its code and gets the documented status",
    arguments: [
      (.notFound, 404), (.alreadyExists, 409), (.wrongState, 409), (.invalid, 422), (.idReused, 422),
      (.alreadyAnswered, 409), (.superseded, 409), (.conflict, 409), (.noMachine, 503),
    ] as [(Rejection.Code, Int)])
  func rejections(code: Rejection.Code, status: Int) {
    let problem = Problem(Rejection(code, "do this"), request: "r")
    #expect(problem.code.rawValue == code.rawValue)
    #expect(problem.status == status)
    #expect(problem.detail == "do this")
  }

  @Test(
    "A store's failure says what its sender can do, and never its evidence",
    arguments: [
      (.full, 507, .storageFull), (.failed, 503, .unavailable), (.locked, 503, .unavailable),
      (.corrupt, 500, .internal), (.newerSchema, 500, .internal),
    ] as [(StoreError.Code, Int, Problem.Code)])
  func stores(code: StoreError.Code, status: Int, expected: Problem.Code) {
    let problem = Problem(StoreError(code, "free some space", evidence: "/secret/path"))
    #expect(problem.status == status)
    #expect(problem.code == expected)
    #expect(!problem.detail.contains("/secret/path"))
  }

  @Test("A field that cannot be read is named, its value is not")
  func places() throws {
    func place<Value: Decodable>(_ type: Value.Type, _ json: String) -> String? {
      do {
        _ = try APICoding.decode(type, from: Array(json.utf8))
        return nil
      } catch { return (error as? DecodingError)?.place }
    }
    #expect(place(CreateProjectBody.self, #"{"name":"p"}"#) == "field 'repository' is missing")
    #expect(place(CreateProjectBody.self, #"{"name":3,"repository":"x"}"#) == "field 'name' is not a string")
    #expect(place(CreateProjectBody.self, #"{"name":null,"repository":"x"}"#) == "field 'name' is null")
    #expect(
      place(DefineAgentBody.self, #"{"command":"a","arguments":["x",{}]}"#) == "field 'arguments[1]' is not a string")
    #expect(
      place(DefineAgentBody.self, #"{"command":"a","environment":{"K":{"s3cret":1}}}"#)
        == "field 'environment.K' is not a string")
    #expect(place(SendPromptBody.self, #"{"text":"a","supersedes":"x"}"#) == "field 'supersedes' has a bad value")
    #expect(place(CreateProjectBody.self, #"{"name""#) == "it is no JSON")
  }

  @Test("Two sides speak the highest version that both know")
  func negotiation() {
    #expect(APIVersion.negotiate(offered: [0, 1, 2]) == 1)
    #expect(APIVersion.negotiate(offered: [1, 2, 3], supported: 1...2) == 2)
    #expect(APIVersion.negotiate(offered: [2]) == nil)
    #expect(APIVersion.negotiate(offered: []) == nil)
  }
}
