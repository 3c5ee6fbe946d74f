// SPDX-License-Identifier: Apache-2.0
import SAMCore

/// A cloud that a script can be played on: the oracle over HTTP, or the simulated one.
///
/// What is seen is said in the same words for both, so that it can be compared line by line.
protocol CloudRig {
  mutating func create(_ name: String) throws -> Sight
  mutating func find(_ name: String) throws -> Sight
  mutating func list() throws -> Sight
  mutating func destroy(_ name: String) throws -> Sight
  /// Lets enough time pass that everything under way is over.
  mutating func wait() throws
  /// Makes the next thing go wrong.
  mutating func trouble(_ trouble: Trouble) throws
  /// What is billed in the whole account: servers and volumes.
  func billed() throws -> String
}

/// One line of a script.
enum Step {
  case create(String)
  case find(String)
  case list
  case destroy(String)
  case wait
  case trouble(Trouble)
}

/// What goes wrong, in words that both clouds understand.
enum Trouble {
  /// The next create happens, and its answer gets lost.
  case createAnswerLost
  /// The next create happens, and is answered with 504.
  case create504After
  /// The next create is answered with 504 and did not happen.
  case create504Before
  /// The next create is answered with 503.
  case create503
  /// The next create stops after its first step.
  case createPartly
  /// The next create meets an empty stock.
  case noStock
  /// The next create meets the limit of this name.
  case quota(String)
  /// The next removal is refused as there were too many calls.
  case destroy429
  /// The answer to the next removal gets lost.
  case destroyAnswerLost
  /// The second page of the next list fails.
  case secondPage503
  /// The credential is refused from now on.
  case badCredential
  /// All trouble is over.
  case over
  /// Another installation makes a machine of this name.
  case foreign(String)
}

/// What came of a step.
enum Sight: Equatable, CustomStringConvertible {
  case created
  case found(Bool)
  case listed([String])
  case destroyed(left: [String])
  case refused(ProviderError.Code, evidence: String)

  var description: String {
    switch self {
    case .created: "created"
    case .found(let isThere): isThere ? "is there" : "is not there"
    case .listed(let names): "listed [\(names.joined(separator: " "))]"
    case .destroyed(let left): "destroyed, left [\(left.joined(separator: " "))]"
    case .refused(let code, let evidence): "refused: \(code.rawValue) (\(evidence))"
    }
  }
}

extension CloudRig {
  /// Plays a script, and says after each step what was seen and what is billed.
  mutating func play(_ script: [Step]) throws -> [String] {
    var lines: [String] = []
    for (number, step) in script.enumerated() {
      let sight: Sight? =
        switch step {
        case .create(let name): try create(name)
        case .find(let name): try find(name)
        case .list: try list()
        case .destroy(let name): try destroy(name)
        case .wait, .trouble: nil
        }
      if case .wait = step { try wait() }
      if case .trouble(let trouble) = step { try self.trouble(trouble) }
      lines.append("\(number + 1) \(step): \(sight?.description ?? "-"); billed: \(try billed())")
    }
    return lines
  }
}

/// What SAM does about an answer of a provider, by the provider's own table of errors.
enum WireRules {
  static func hetzner(_ status: Int, _ code: String, reading: Bool) -> ProviderError.Code {
    switch (status, code) {
    case (409, "uniqueness_error"): .unknownOutcome
    case (412, "resource_unavailable"), (422, "placement_error"): .capacity
    case (403, "resource_limit_exceeded"): .quota
    case (429, _): .rate
    case (401, _): .authentication
    case (503, _): .unavailable
    case (400..<500, _): .invalid
    default: reading ? .unavailable : .unknownOutcome
    }
  }

  static func scaleway(_ status: Int, _ type: String, reading: Bool) -> ProviderError.Code {
    switch (status, type) {
    case (_, "out_of_stock"): .capacity
    case (_, "quotas_exceeded"): .quota
    case (429, _): .rate
    case (401, _): .authentication
    case (503, _): .unavailable
    case (400..<500, _): .invalid
    default: reading ? .unavailable : .unknownOutcome
    }
  }
}
