// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import SAMAgentRuntime

@Suite("The environment of an agent")
struct AgentEnvironmentTests {
  @Test("holds what is allowed and what is named, nothing else")
  func allowList() {
    var environment = AgentEnvironment(
      host: [
        "PATH": "/bin", "HOME": "/home/x", "HTTPS_PROXY": "http://proxy", "HCLOUD_TOKEN": "secret",
        "LD_PRELOAD": "/evil.so", "GIT_DIR": "/x", "SSH_AUTH_SOCK": "/agent",
      ],
      explicit: ["ANTHROPIC_API_KEY": "key", "TERM": "xterm-256color", "": "x", "A=B": "x", "N": "a\0b"])
    #expect(
      environment.variables == [
        "PATH": "/bin", "HOME": "/home/x", "HTTPS_PROXY": "http://proxy", "LANG": "C.UTF-8",
        "TERM": "xterm-256color", "ANTHROPIC_API_KEY": "key",
      ])
    environment.add(["PATH": "/opt/bin"])
    #expect(environment.variables["PATH"] == "/opt/bin")
  }

  @Test("in a home folder of its own has nothing that leads to the host's")
  func moved() {
    var environment = AgentEnvironment(
      host: ["HOME": "/home/x", "XDG_CONFIG_HOME": "/home/x/.config", "XDG_STATE_HOME": "/home/x/.state"],
      explicit: ["CODEX_HOME": "/home/x/.codex", "OTHER_HOME": "/o"])
    environment.move(to: "/own", without: ["CODEX_HOME"])
    #expect(environment.variables["HOME"] == "/own" && environment.variables["OTHER_HOME"] == "/o")
    #expect(!environment.variables.values.contains { $0.hasPrefix("/home/x") })
  }
}
