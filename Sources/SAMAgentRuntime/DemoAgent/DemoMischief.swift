// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMRPC

/// What the demo agent does when a task asks for more than its usual work, or for trouble.
struct DemoMischief {
  let turn: DemoTurn

  func perform(_ step: DemoDirective) async throws {
    switch step {
    case .say(let word): try await turn.say(word, "\n")
    case .recall: try await turn.say("I was told: ", turn.told ?? "nothing", "\n")
    case .question: try await ask("Which colour?", .form(Self.form))
    case .page(let address):
      try await ask("Please open the page", .url(address, id: .init(rawValue: "page-\(turn.number)")))
    case .mode(let mode):
      try turn.settings.set("mode", to: .choice(mode))
      try await turn.client.update(turn.id, .configOptions(.init(configOptions: turn.settings.options)))
    case .attachments: for line in try await DemoAttachments(turn: turn).lines() { try await turn.say(line, "\n") }
    case .login: try await turn.say("My login is \(DemoLogin().digest())\n")
    case .refresh: try await turn.say("My new login is \(DemoLogin().refresh())\n")
    case .sleep(let seconds): try await Task.sleep(for: .seconds(seconds))
    case .count(let last, let rate): try await repeating(last, rate: rate) { "\($0) " }
    case .times(let count, let rate):
      try await repeating(count, rate: rate) { _ in String(format: "%.3f ", Date.now.timeIntervalSince1970 * 1000) }
    case .flood(let chunks): try await flood(chunks)
    case .fail(let message): throw RPCError(.internalError, message)
    case .quota(let seconds): try limit(seconds)
    case .exit(let code): exit(code)
    case .garbage: try await writeGarbage()
    case .forkDaemon: try await leaveDaemon()
    }
  }

  /// The limit begins with the first prompt that meets it. All sessions of this home share it, as they would a login.
  private func limit(_ seconds: Double) throws {
    let note = "\(turn.history.folder)/usage-limit"
    let now = Date.now.timeIntervalSince1970
    let known = FileManager.default.contents(atPath: note).flatMap { Double(String(decoding: $0, as: UTF8.self)) }
    let end = known ?? now + seconds
    if known == nil { try Data("\(end)".utf8).write(to: URL(fileURLWithPath: note), options: .atomic) }
    guard now < end else { return }
    throw RPCError(.internalError, "Usage limit reached. Try again in \(Int(((end - now) * 1000).rounded(.up))) ms.")
  }

  private static let form = ACP.ElicitationSchema(
    properties: [
      "colour": .text(
        .init(title: "Colour", titledChoices: [.init(value: "red", title: "Red"), .init(value: "blue", title: "Blue")])),
      "number": .integer(.init(description: "How many", minimum: 1, maximum: 9, standard: 3)),
      "name": .text(.init(title: "For whom")),
    ], required: ["colour", "number"])

  private func ask(_ message: String, _ question: ACP.ElicitationQuestion) async throws {
    guard turn.capabilities.elicitation?.allows(question) == true else {
      return try await turn.say("You cannot be asked.\n")
    }
    let answer = try await turn.client.createElicitation(
      ACP.CreateElicitationRequest(scope: .session(turn.id, toolCall: nil), message: message, question: question))
    switch answer.answer {
    case .accept(let content):
      let words = (content ?? [:]).map { "\($0.key)=\($0.value.json)" }.joined(separator: " ")
      try await turn.say("You said yes\(words.isEmpty ? "" : ": \(words)")\n")
    case .decline: try await turn.say("You said no\n")
    case .cancel: throw CancellationError()
    case .other(let action): throw RPCError(.internalError, "the client answered '\(action)'")
    }
  }

  private func repeating(_ last: Int, rate: Double?, _ text: (Int) -> String) async throws {
    let clock = ContinuousClock()
    let start = clock.now
    guard last > 0 else { return }
    for number in 1...last {
      try await turn.say(text(number))
      // Against the start, so that late wake-ups do not add up.
      if let rate { try await clock.sleep(until: start + .seconds(Double(number) / rate)) }
    }
  }

  private func flood(_ chunks: Int) async throws {
    let text = String(repeating: "0123456789abcde ", count: 64)
    for _ in 0..<chunks { try await turn.say(text) }
  }

  private func writeGarbage() async throws {
    let lines: [[UInt8]] = [
      Array("Warning: this line is no JSON".utf8), Array("{\"jsonrpc\":\"2.0\",\"method\":".utf8), [0xff, 0xfe, 0x00],
      Array("[1,2,3]".utf8), Array("{\"jsonrpc\":\"2.0\",\"id\":424242,\"result\":{}}".utf8),
      Array("{\"jsonrpc\":\"2.0\",\"method\":\"_demo/unknown\"}".utf8),
    ]
    for line in lines { try await turn.transport.write(line + [UInt8(ascii: "\n")]) }
    try await turn.say("garbage written\n")
  }

  /// The shell starts a process in the background and ends, so that the process has lost its parent; `setsid` takes it out of
  /// the session and the group. Only a subreaper or its environment still leads to it.
  private func leaveDaemon() async throws {
    let note = "\(turn.history.folder)/\(turn.id).daemon"
    let script = "setsid sleep 600 & echo $! >\"$0\""
    try shell(script, argument: note)
    let pid = FileManager.default.contents(atPath: note).map { String(decoding: $0, as: UTF8.self) } ?? ""
    try await turn.say("daemon \(pid)")
  }

  /// Runs the shell with no input and output. Not by Foundation's `Process`: that waits for all who inherited its sockets,
  /// and so for the daemon.
  private func shell(_ script: String, argument: String) throws {
    func copies(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] { strings.map { strdup($0) } + [nil] }
    let arguments = copies(["/bin/sh", "-c", script, argument])
    let environment = copies(ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" })
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      for copy in arguments + environment { free(copy) }
    }
    for descriptor in Int32(0)...2 { posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
    var child: pid_t = 0
    let result = posix_spawn(&child, "/bin/sh", &actions, nil, arguments, environment)
    guard result == 0 else {
      throw RPCError(.internalError, "The demo agent cannot start a shell: \(String(cString: strerror(result))).")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
  }
}
