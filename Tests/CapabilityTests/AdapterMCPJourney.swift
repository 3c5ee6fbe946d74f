// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMACP
import SAMRPC
import Synchronization
import Testing

/// An adapter, spoken to over ACP on its standard streams as an editor does it, with an MCP server over HTTP.
struct AdapterMCPJourney {
  let agent: RealAgent

  func run() async throws {
    let sam = try Installation()
    let model = try await ScriptedServer.model(in: sam.folder)
    let mcp = try await ScriptedServer.mcp(in: sam.folder, token: "of-this-test")
    let tree = sam.folder.appendingPathComponent("tree")
    try FileManager.default.createDirectory(at: tree, withIntermediateDirectories: true)
    let process = try ACPProcess(
      agent.command, environment: try agent.environment(model: model, in: sam.folder), directory: tree.path, sam.folder)
    let client = Client()
    let server = ACP.MCPServer.http(
      .init(
        name: "orchestrator", url: mcp.url, headers: [.init(name: "Authorization", value: "Bearer of-this-test")]))
    try await ClientConnection.withConnection(over: process.transport, handler: client) { connection in
      let answer = try await connection.initialize(.init(protocolVersion: 1))
      #expect(answer.agentCapabilities.mcp.http)
      let session = try await connection.newSession(.init(cwd: tree.path, mcpServers: [server]))
      _ = try await connection.setMode(.init(sessionID: session.sessionID, modeID: .init(rawValue: agent.mode)))
      let prompt = ACP.ContentBlock.text(.init(text: "Report. \(agent.scenario("mcp"))"))
      let end = try await connection.prompt(.init(sessionID: session.sessionID, prompt: [prompt]))
      #expect(end.stopReason == .endTurn)
    }
    let methods = try mcp.requests().compactMap { $0["method"] as? String }
    #expect(methods.filter { $0 == "tools/call" }.count == 1, "\(methods)")
    #expect(client.questions == 1, "the person was asked first")
    #expect(client.text.contains("recorded: half done"), "the result is shown: \(client.text.suffix(2000))")
    process.closeInput()
    try await Shell.eventually("the adapter ends with its input", within: 10) { !process.program.isRunning }
    let folders = try FileManager.default.contentsOfDirectory(atPath: "/proc").map { pid in
      // Processes of others and those that have just ended say nothing.
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) ?? ""
    }
    #expect(!folders.contains(tree.path), "nothing of it is left in the work tree")
  }

  /// Allows everything once, and notes what it is told.
  private final class Client: ACPClientHandler {
    private let seen = Mutex((text: "", questions: 0))
    var text: String { seen.withLock { $0.text } }
    var questions: Int { seen.withLock { $0.questions } }

    func sessionUpdate(_ notification: ACP.SessionNotification) async throws {
      seen.withLock { $0.text += notification.update.json.serializedString() }
    }

    func requestPermission(_ request: ACP.RequestPermissionRequest) async throws -> ACP.RequestPermissionResponse {
      seen.withLock { $0.questions += 1 }
      let option = request.options.first { $0.kind == .allowOnce }
      return .init(outcome: option.map { .selected(.init(optionID: $0.optionID)) } ?? .cancelled(.init()))
    }
  }
}

/// A program whose standard streams are pipes.
final class ACPProcess: Sendable {
  let program: Program
  let transport: PipeTransport

  init(_ command: [String], environment: [String: String], directory: String, _ folder: URL) throws {
    let (input, output) = (folder.appendingPathComponent("in").path, folder.appendingPathComponent("out").path)
    for path in [input, output] { guard mkfifo(path, 0o600) == 0 else { throw Shell.TimedOut(description: path) } }
    // A FIFO that is opened for both directions blocks nobody; what is too much is closed when the program has its own.
    let (theirs, ours) = (open(input, O_RDWR | O_CLOEXEC), open(output, O_RDWR | O_CLOEXEC))
    defer { close(theirs) }
    let inputEnd = open(input, O_RDONLY | O_CLOEXEC)
    defer { close(inputEnd) }
    let variables = ["HOME": folder.path, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    program = try Program(
      command[0], Array(command.dropFirst()), environment: variables.merging(environment) { _, new in new },
      directory: directory, input: inputEnd, out: URL(fileURLWithPath: output),
      err: folder.appendingPathComponent("adapter.err"))
    let (reading, writing) = (open(output, O_RDONLY | O_CLOEXEC), open(input, O_WRONLY | O_CLOEXEC))
    close(ours)
    transport = try PipeTransport(reading: reading, writing: writing, closesDescriptors: true)
  }

  deinit { program.send(SIGKILL) }

  /// Lets the program read the end of its input.
  func closeInput() { transport.close() }
}
