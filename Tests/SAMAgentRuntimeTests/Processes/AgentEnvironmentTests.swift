// SPDX-License-Identifier: Apache-2.0
import SAMAgentRuntime
import Testing

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
}
