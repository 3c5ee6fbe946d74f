// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMRPC

/// Hetzner's API over HTTP, as far as a provider of SAM needs it.
struct HetznerRig: CloudRig {
  let oracle: OracleProcess
  private var token = "right"
  private var ids: [String: Int] = [:]
  private var breaksSecondPage = false

  static let arguments = ["--token", "right", "--post-july-2026"]

  init(_ oracle: OracleProcess) { self.oracle = oracle }

  private var http: PlainHTTP { PlainHTTP(port: oracle.port, headers: [("Authorization", "Bearer \(token)")]) }

  mutating func create(_ name: String) throws -> Sight {
    guard let answer = try http.send("POST", "/v1/servers", order(name, "sam_one")) else { return lost }
    guard answer.status == 201, let id = answer.body?["server"]?["id"]?.intValue else { return refused(answer) }
    ids[name] = id
    return .created
  }

  private func order(_ name: String, _ installation: String) -> JSONValue {
    let labels: JSONObject = ["sam-installation": .string(installation), "sam-machine": .string("machine_\(name)")]
    return .object([
      "name": .string(name), "server_type": .string("cx23"), "image": .string("ubuntu-24.04"),
      "labels": .object(labels),
    ])
  }

  mutating func find(_ name: String) throws -> Sight {
    guard let answer = try http.send("GET", "/v1/servers/\(ids[name] ?? 1)", nil as JSONValue?) else { return lost }
    if answer.status == 404 { return .found(false) }
    return answer.status == 200 ? .found(true) : refused(answer, reading: true)
  }

  mutating func list() throws -> Sight {
    var names: [String] = []
    var page: Int? = 1
    while let current = page {
      if current == 2, breaksSecondPage {
        breaksSecondPage = false
        let body: JSONObject = ["error": .object(["code": .string("unavailable"), "message": .string("out of order")])]
        try oracle.inject(["match": .string("^GET /servers$"), "status": .integer(503), "body": .object(body)])
      }
      let path = "/v1/servers?label_selector=sam-installation%3Dsam_one&per_page=2&page=\(current)"
      guard let answer = try http.send("GET", path, nil as JSONValue?) else { return lost }
      guard answer.status == 200 else { return refused(answer, reading: true) }
      for server in answer.body?["servers"]?.arrayValue ?? [] {
        guard let name = server["name"]?.stringValue, let id = server["id"]?.intValue else { continue }
        names.append(name)
        ids[name] = id
      }
      page = answer.body?["meta"]?["pagination"]?["next_page"]?.intValue
    }
    return .listed(names)
  }

  mutating func destroy(_ name: String) throws -> Sight {
    guard let answer = try http.send("DELETE", "/v1/servers/\(ids[name] ?? 1)", nil as JSONValue?) else { return lost }
    return [200, 404].contains(answer.status) ? .destroyed(left: []) : refused(answer)
  }

  mutating func wait() throws {}

  mutating func trouble(_ trouble: Trouble) throws {
    func fail(_ match: String, _ status: Int, _ code: String, _ more: JSONObject = [:], details: JSONValue = .null)
      throws
    {
      let error: JSONObject = ["code": .string(code), "message": .string("injected"), "details": details]
      var fault: JSONObject = ["match": .string(match), "status": .integer(Int64(status))]
      fault["body"] = .object(["error": .object(error)])
      try oracle.inject(fault.merging(more) { $1 })
    }
    let create = "^POST /servers$"
    switch trouble {
    case .createAnswerLost: try oracle.inject(["match": .string(create), "after": .bool(true), "drop": .bool(true)])
    case .create504After: try fail(create, 504, "timeout", ["after": .bool(true)])
    case .create504Before: try fail(create, 504, "timeout")
    case .create503: try fail(create, 503, "unavailable")
    case .createPartly: break
    case .noStock: try fail(create, 412, "resource_unavailable")
    case .quota(let name):
      let limits: JSONObject = ["limits": .array([.object(["name": .string(name)])])]
      try fail(create, 403, "resource_limit_exceeded", details: .object(limits))
    case .destroy429: try fail("^DELETE /servers/", 429, "rate_limit_exceeded")
    case .destroyAnswerLost:
      try oracle.inject(["match": .string("^DELETE /servers/"), "after": .bool(true), "drop": .bool(true)])
    case .secondPage503: breaksSecondPage = true
    case .badCredential: token = "wrong"
    case .over: token = "right"
    case .foreign(let name): _ = try http.send("POST", "/v1/servers", order(name, "sam_two"))
    }
  }

  func billed() throws -> String {
    "servers \(try oracle.state()["db"]?["servers"]?.objectValue?.count ?? -1), volumes 0"
  }

  private var lost: Sight { .refused(.unknownOutcome, evidence: "no answer") }

  private func refused(_ answer: PlainHTTP.Answer, reading: Bool = false) -> Sight {
    let error = answer.body?["error"]
    let code = error?["code"]?.stringValue ?? ""
    let limit = error?["details"]?["limits"]?[0]?["name"]?.stringValue.map { " " + $0 } ?? ""
    return .refused(
      WireRules.hetzner(answer.status, code, reading: reading), evidence: "\(answer.status) \(code)\(limit)")
  }
}
