// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// The handshake.
extension AgentConformance {
  static let greeting: [Check] = [
    Check(
      "ACP-001", "initialize is answered with the version that was asked for", "Initialization, Version Negotiation"
    ) { bench in
      try await bench.talk(greeting: false) { agent in
        let answer = try await initialize(agent, ["protocolVersion": 1, "clientCapabilities": [:]])
        try BrokenPromise.unlessEqual(version(answer), 1, "protocolVersion")
      }
    },
    Check(
      "ACP-002", "a version that the agent does not know is answered with one that it speaks",
      "Initialization, Version Negotiation"
    ) { bench in
      try await bench.talk(greeting: false) { agent in
        let answer = try await initialize(agent, ["protocolVersion": 65535, "clientCapabilities": [:]])
        let spoken = version(answer) ?? -1
        try BrokenPromise.unless(
          (1..<65535).contains(spoken), "asked for version 65535, the agent answered version \(spoken)")
      }
    },
    Check(
      "ACP-003", "initialize needs nothing but the version", "Initialization, Client Capabilities"
    ) { bench in
      try await bench.talk(greeting: false) { agent in _ = try await initialize(agent, ["protocolVersion": 1]) }
    },
    Check(
      "ACP-004", "members that the agent does not know, and _meta, do not disturb it", "Extensibility, The _meta Field"
    ) { bench in
      try await bench.talk(greeting: false) { agent in
        let hello: JSONValue = [
          "protocolVersion": 1, "clientCapabilities": ["_meta": ["sam.test": true], "holograms": ["depth": 3]],
          "_meta": ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
        ]
        _ = try await initialize(agent, hello)
      }
    },
    Check("ACP-005", "each way to authenticate has an id and a name of its own", "Authentication") { bench in
      let methods = try await bench.talk(greeting: false) { agent in
        try await initialize(
          agent, ["protocolVersion": 1, "clientCapabilities": ["auth": ["terminal": true]]])["authMethods"]
      }
      let listed = methods?.arrayValue ?? []
      try NotApplicable.unless(!listed.isEmpty, "the agent offers no way to authenticate")
      var ids: Set<String> = []
      for method in listed {
        let read = try ACP.AuthMethod(json: method)
        try BrokenPromise.unless(ids.insert(read.id.rawValue).inserted, "two ways have the id \(read.id)")
        try BrokenPromise.unless(!read.name.isEmpty, "the way \(read.id) has an empty name")
      }
    },
  ]

  private static func initialize(_ agent: AgentConversation, _ params: JSONValue) async throws -> JSONValue {
    let rpc = agent.rpc
    return try await within(agent.bench.limits.start, "initialize was not answered") {
      try await rpc.request(ACP.InitializeRequest.method, params)
    }
  }

  private static func version(_ answer: JSONValue) -> Int64? { answer["protocolVersion"]?.int64Value }
}
