// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

extension SimCloud {
  /// Whose words a cloud answers in. What SAM does follows from the code alone; the words are the evidence.
  public enum Dialect: String, Codable, Sendable, CaseIterable {
    /// Nobody's.
    case plain
    /// Hetzner Cloud's: https://docs.hetzner.cloud/reference/cloud#errors
    case hetzner
    /// Scaleway's: https://github.com/scaleway/scaleway-sdk-go `scw/errors.go`
    case scaleway
  }
}

/// Why the cloud did not do it, or did not say so.
enum SimRefusal {
  case outOfOrder
  case rate(SimCloud.RateLimit?)
  case authentication
  case invalid(String)
  case nameTaken(String)
  case quota(SimCloud.Quota)
  case outOfStock(String)
  case halfMade(String)
  case brokenPage
  case serverError(SimCloud.CallKind)
  case silence(SimCloud.CallKind)
}

extension SimCloud.Dialect {
  func error(_ refusal: SimRefusal) -> ProviderError {
    let evidence = evidence(refusal)
    func error(_ code: ProviderError.Code, _ message: String) -> ProviderError {
      ProviderError(code, message, evidence: evidence)
    }
    switch refusal {
    case .outOfOrder: return error(.unavailable, "the cloud is out of order; it did nothing")
    case .rate: return error(.rate, "too many calls; try later")
    case .authentication: return error(.authentication, "the cloud refuses the credential; give another one")
    case .invalid(let wrong): return error(.invalid, "the order is wrong: \(wrong)")
    case .nameTaken(let name): return error(.unknownOutcome, "there is a machine with the name '\(name)' already")
    case .quota(let quota): return error(.quota, "the account may not have more: \(quota.name)")
    case .outOfStock(let kind): return error(.capacity, "no machine of kind '\(kind)' is in stock")
    case .halfMade(let name): return error(.unknownOutcome, "machine '\(name)' was made and could not be started")
    case .brokenPage: return error(.unavailable, "the list could not be read to its end")
    case .serverError(let kind), .silence(let kind):
      // Reading changes nothing: there is nothing to be unsure of.
      let isRead = kind == .find || kind == .list
      return error(isRead ? .unavailable : .unknownOutcome, "nobody knows whether the cloud did it")
    }
  }

  /// Status and body, in the provider's words.
  func evidence(_ refusal: SimRefusal) -> String {
    switch self {
    case .plain: ""
    case .hetzner: hetzner(refusal)
    case .scaleway: scaleway(refusal)
    }
  }

  private func hetzner(_ refusal: SimRefusal) -> String {
    func body(_ status: Int, _ code: String, _ message: String, _ details: String = "null") -> String {
      #"\#(status) {"error":{"code":"\#(code)","message":"\#(message)","details":\#(details)}}"#
    }
    switch refusal {
    case .outOfOrder, .brokenPage: return body(503, "unavailable", "service unavailable")
    case .rate(let limit):
      let perHour = limit.map { Int(Duration.seconds(3600) / $0.refill) } ?? 3600
      return body(429, "rate_limit_exceeded", "limit of \(perHour) requests per hour reached")
    case .authentication: return body(401, "unauthorized", "the token you have provided is invalid")
    case .invalid(let wrong): return body(422, "invalid_input", wrong, #"{"fields":[]}"#)
    case .nameTaken:
      return body(409, "uniqueness_error", "server name is already used", #"{"fields":[{"name":"name"}]}"#)
    case .quota(let quota):
      return body(
        403, "resource_limit_exceeded", "\(quota.name) exceeded", #"{"limits":[{"name":"\#(quota.name)"}]}"#)
    case .outOfStock: return body(412, "resource_unavailable", "error during placement")
    case .serverError: return body(504, "timeout", "the request timed out")
    case .halfMade, .silence: return ""
    }
  }

  private func scaleway(_ refusal: SimRefusal) -> String {
    func body(_ status: Int, _ type: String, _ more: String = "") -> String {
      #"\#(status) {"type":"\#(type)"\#(more)}"#
    }
    switch refusal {
    case .outOfOrder, .brokenPage: return body(503, "service_unavailable")
    case .rate: return body(429, "too_many_requests", #","message":"quota exceeded: too many requests""#)
    case .authentication: return body(401, "denied_authentication", #","method":"api_key","reason":"invalid_argument""#)
    case .invalid(let wrong):
      let details = #"{"argument_name":"?","reason":"constraint","help_message":"\#(wrong)"}"#
      return body(400, "invalid_arguments", #","details":[\#(details)]"#)
    case .nameTaken: return body(409, "conflict")
    case .quota(let quota):
      return body(403, "quotas_exceeded", #","details":[{"resource":"\#(quota.name)","quota":\#(quota.most)}]"#)
    case .outOfStock(let kind): return body(412, "out_of_stock", #","resource":"\#(kind)""#)
    case .serverError: return body(504, "timeout")
    case .halfMade, .silence: return ""
    }
  }
}
