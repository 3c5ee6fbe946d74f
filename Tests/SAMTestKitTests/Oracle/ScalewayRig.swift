// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMRPC

/// Scaleway's API over HTTP, as far as a provider of SAM needs it: three calls make a machine, several remove it.
struct ScalewayRig: CloudRig {
  private struct Known {
    var server: String
    var volumes: [String]
  }

  let oracle: OracleProcess
  private var token = "right"
  private var known: [String: Known] = [:]
  private let zone = "/instance/v1/zones/fr-par-1"

  static let arguments = ["--token", "right"]

  init(_ oracle: OracleProcess) { self.oracle = oracle }

  private var http: PlainHTTP { PlainHTTP(port: oracle.port, headers: [("X-Auth-Token", token)]) }

  mutating func create(_ name: String) throws -> Sight {
    guard let answer = try http.send("POST", "\(zone)/servers", order(name, "sam_one")) else { return lost }
    guard answer.status == 201, let server = answer.body?["server"], let id = remember(server) else {
      return refused(answer)
    }
    let script = Array("#cloud-config\n".utf8)
    let data = try http.send("PATCH", "\(zone)/servers/\(id)/user_data/cloud-init", ("text/plain", script))
    guard data?.status == 204 else { return halfMade }
    let action: JSONValue = .object(["action": .string("poweron")])
    let start = try http.send("POST", "\(zone)/servers/\(id)/action", action)
    return start?.status == 202 ? .created : halfMade
  }

  private mutating func remember(_ server: JSONValue) -> String? {
    guard let id = server["id"]?.stringValue, let name = server["name"]?.stringValue else { return nil }
    let volumes = server["volumes"]?.objectValue?.values.compactMap { $0["id"]?.stringValue } ?? []
    known[name] = Known(server: id, volumes: volumes)
    return id
  }

  private func order(_ name: String, _ installation: String) -> JSONValue {
    let volume: JSONObject = ["size": .integer(20_000_000_000), "volume_type": .string("sbs_volume")]
    return .object([
      "name": .string(name), "commercial_type": .string("DEV1-S"), "image": .string("ubuntu_noble"),
      "project": .string("105bdce1-64c0-48ab-899d-868455867ecf"), "dynamic_ip_required": .bool(true),
      "tags": .array([.string("sam-installation=\(installation)"), .string("sam-machine=machine_\(name)")]),
      "boot_type": .string("local"), "volumes": .object(["0": .object(volume)]), "protected": .bool(false),
    ])
  }

  mutating func find(_ name: String) throws -> Sight {
    guard let answer = try server(name) else { return lost }
    if answer.status == 404 { return .found(false) }
    return answer.status == 200 ? .found(true) : refused(answer, reading: true)
  }

  private func server(_ name: String) throws -> PlainHTTP.Answer? {
    try http.send("GET", "\(zone)/servers/\(known[name]?.server ?? unknown)", nil as JSONValue?)
  }

  private let unknown = "00000000-0000-0000-0000-000000000000"

  mutating func list() throws -> Sight {
    var names: [String] = []
    var page = 1
    while true {
      let path = "\(zone)/servers?tags=sam-installation%3Dsam_one&per_page=2&page=\(page)"
      guard let answer = try http.send("GET", path, nil as JSONValue?) else { return lost }
      guard answer.status == 200 else { return refused(answer, reading: true) }
      let servers = answer.body?["servers"]?.arrayValue ?? []
      for server in servers {
        names.append(server["name"]?.stringValue ?? "")
        _ = remember(server)
      }
      if servers.isEmpty { return .listed(names) }
      page += 1
    }
  }

  mutating func destroy(_ name: String) throws -> Sight {
    guard let answer = try server(name) else { return lost }
    guard [200, 404].contains(answer.status) else { return refused(answer) }
    var isGone = answer.status == 404
    switch answer.body?["server"]?["state"]?.stringValue {
    case "stopped": isGone = try http.send("DELETE", path(name), nil as JSONValue?)?.status == 204
    case "stopping": break
    case .some:
      // Running: terminated. Starting: asked all the same, to see that it is refused.
      let action: JSONValue = .object(["action": .string("terminate")])
      guard let ended = try http.send("POST", "\(path(name))/action", action) else { return lost }
      guard [202, 409].contains(ended.status) else { return refused(ended) }
    case nil: break
    }
    var left = isGone ? [] : ["server"]
    for volume in known[name]?.volumes ?? [] {
      let path = "/block/v1/zones/fr-par-1/volumes/\(volume)"
      // Asked for even while the server is there, to see that it is refused.
      guard let answer = try http.send("DELETE", path, nil as JSONValue?) else { return lost }
      switch answer.status {
      case 204, 404: break
      case 412: left.append("volume")
      default: return refused(answer)
      }
    }
    return .destroyed(left: left)
  }

  private func path(_ name: String) -> String { "\(zone)/servers/\(known[name]?.server ?? unknown)" }

  mutating func wait() throws {
    for name in known.keys.sorted() {
      for _ in 0..<10 {
        let state = try server(name)?.body?["server"]?["state"]?.stringValue
        guard state == "starting" || state == "stopping" else { break }
      }
    }
  }

  mutating func trouble(_ trouble: Trouble) throws {
    let create = "^POST \(zone)/servers$"
    func fail(_ match: String, _ status: Int, _ type: String, _ more: JSONObject = [:]) throws {
      var fault: JSONObject = ["match": .string(match), "status": .integer(Int64(status))]
      fault["body"] = .object(["type": .string(type), "message": .string("injected")])
      try oracle.inject(fault.merging(more) { $1 })
    }
    switch trouble {
    case .createAnswerLost: try oracle.inject(["match": .string(create), "after": .bool(true), "drop": .bool(true)])
    case .create504After: try fail(create, 504, "timeout", ["after": .bool(true)])
    case .create504Before: try fail(create, 504, "timeout")
    case .create503: try fail(create, 503, "service_unavailable")
    case .createPartly: try fail("^PATCH .*/user_data/", 503, "service_unavailable")
    case .noStock: try fail(create, 412, "out_of_stock")
    case .quota: try fail(create, 403, "quotas_exceeded")
    case .destroy429: try fail("^GET .*/servers/", 429, "too_many_requests")
    case .destroyAnswerLost:
      try oracle.inject(["match": .string("^POST .*/action$"), "after": .bool(true), "drop": .bool(true)])
    case .secondPage503: break
    case .badCredential: token = "wrong"
    case .over: token = "right"
    case .foreign(let name): _ = try http.send("POST", "\(zone)/servers", order(name, "sam_two"))
    }
  }

  func billed() throws -> String {
    let state = try oracle.state()
    return "servers \(state["db"]?.objectValue?.count ?? -1), volumes \(state["vols"]?.objectValue?.count ?? -1)"
  }

  private var lost: Sight { .refused(.unknownOutcome, evidence: "no answer") }
  private var halfMade: Sight { .refused(.unknownOutcome, evidence: "no answer") }

  private func refused(_ answer: PlainHTTP.Answer, reading: Bool = false) -> Sight {
    let type = answer.body?["type"]?.stringValue ?? ""
    return .refused(WireRules.scaleway(answer.status, type, reading: reading), evidence: "\(answer.status) \(type)")
  }
}
