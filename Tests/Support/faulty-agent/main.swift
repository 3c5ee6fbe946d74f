// SPDX-License-Identifier: Apache-2.0
// An agent with one fault, as a program: faulty-agent FAULT STORE. The fault `none` is no fault.
import Foundation
import SAMRPC
import SAMTestKit

/// Leaves a process behind in a session of its own, whose parent ends at once.
func leaveProcess() {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  for descriptor in Int32(0)...2 { posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
  let words = ["/bin/sh", "-c", "setsid sleep 600 &"]
  let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
  var child: pid_t = 0
  guard posix_spawn(&child, "/bin/sh", &actions, nil, arguments, environ) == 0 else { return }
  var status: Int32 = 0
  waitpid(child, &status, 0)
}

let arguments = CommandLine.arguments
guard arguments.count == 3, let fault = FaultyAgent.Fault(rawValue: arguments[1]) else {
  FileHandle.standardError.write(Data("usage: faulty-agent FAULT STORE\n".utf8))
  exit(2)
}
let agent = FaultyAgent(
  fault, store: FaultyAgentStore(file: arguments[2]), transport: try PipeTransport.standardIO(claimingOutput: true),
  leaveProcess: leaveProcess)
switch await agent.run() {
case .code(let code): exit(Int32(code))
case .signal:
  // Not by one that Swift's own handler for crashes takes, and ends with a code.
  kill(getpid(), SIGKILL)
  sleep(10)
}
