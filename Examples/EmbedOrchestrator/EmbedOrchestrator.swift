// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMAgentRuntime
import SAMCore
import SAMStorage

/// Runs one task in this process and prints what is said: `EmbedOrchestrator REPOSITORY FOLDER PROMPT`.
@main enum EmbedOrchestrator {
  static func main() async throws {
    ProcessGuard.runIfAsked()
    let (me, words) = (ProcessGuard.ownExecutable, CommandLine.arguments)
    let environment = ProcessInfo.processInfo.environment
    if words[1] == "agent" { return try await DemoAgent.runOnStandardIO(environment: environment) }
    let store = try SQLiteStore(directory: words[2])
    let sam = Orchestrator(store: store, clock: .system)
    let place = MachineConfiguration(
      directory: words[2] + "/machine", guardExecutable: me, environment: environment,
      installation: try await store.metadata().installation)
    let link = LocalLink(to: sam)
    let machine = MachineRuntime(
      configuration: place, uplink: link, blobs: try FileBlobStore(directory: words[2] + "/blobs"), clock: .system)
    try await withThrowingTaskGroup { group in
      group.addTask { try await sam.run() }
      group.addTask { try await machine.run() }
      let here = try await sam.perform(RegisterMachine(name: "here", provider: "local"))
      group.addTask { await link.run(machine, as: here.id) }
      let project = try await sam.perform(AddProject(name: "sample", repository: words[1]))
      let agent = AgentLaunch(command: me, arguments: ["agent"])
      let demo = try await sam.perform(DefineProfile(name: "demo", launch: agent, approvals: .allow))
      var task = try await sam.perform(CreateTask(project: project.id, profile: demo.id, prompt: words[3]))
      guard let session = task.session else { return }
      let reader = sam.follow(session, after: 0)
      while !SAMTask.ended.contains(task.state) {
        for entry in try await reader.next() { print(entry.seq, entry.body) }
        task = try await store.load(SAMTask.self, task.id)
      }
      group.cancelAll()
    }
  }
}
