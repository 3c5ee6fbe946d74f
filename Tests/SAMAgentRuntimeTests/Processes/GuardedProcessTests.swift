// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMAgentRuntime
import Testing

@Suite("A guarded process", .timeLimit(.minutes(2)))
struct GuardedProcessTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  @Test("talks over its pipes, gets the run id and only the environment that it was given")
  func streams() async throws {
    var launch = makeLaunch("/bin/sh", ["-c", "read line; echo got $line; env; pwd; echo oops >&2"], in: folder)
    launch.environment = ["PATH": "/usr/bin:/bin", "ONLY": "this"]
    let process = try await GuardedProcess.launch(launch)
    let input = try #require(process.takeStandardInput())
    #expect(process.takeStandardInput() == nil, "a descriptor has one owner")
    let output = try #require(process.takeStandardOutput())
    _ = write(input, "hello\n", 6)
    close(input)
    let text = await readAll(output)
    #expect(await process.waitUntilGone() == .code(0))
    let lines = Set(text.split(separator: "\n").map(String.init))
    #expect(lines.isSuperset(of: ["got hello", "ONLY=this", "SAM_RUN_ID=\(launch.runID)", folder.path]))
    #expect(!text.contains("HOME="))
    try await eventually("standard error is collected") { process.standardErrorTail == "oops\n" }
  }

  @Test(
    "ends with its own exit code or signal", arguments: [("exit 7", ProcessExit.code(7)), ("kill -9 $$", .signal(9))])
  func exits(script: String, expected: ProcessExit) async throws {
    let process = try await GuardedProcess.launch(makeLaunch("sh", ["-c", script], in: folder))
    #expect(try await process.waitForExit() == expected)
    #expect(await process.waitUntilGone() == expected)
    var events: [GuardEvent] = []
    for await event in process.events { events.append(event) }
    #expect(events == [.started(process.programPID), .exited(expected), .gone])
  }

  @Test("says what to do when it cannot start")
  func failures() async throws {
    try folder.write("plain", "x")
    try folder.write("orphan", "#!/no/such/interpreter\n", mode: 0o755)
    var cases: [(GuardedLaunch, RuntimeError.Code, String)] = [
      (makeLaunch("no-such-agent-here", in: folder), .programNotInstalled, "no-such-agent-here"),
      (makeLaunch("./missing", in: folder), .programNotInstalled, "missing"),
      (makeLaunch(folder.file("plain"), in: folder), .programNotExecutable, "chmod +x"),
      (makeLaunch(folder.file("orphan"), in: folder), .programNotExecutable, "interpreter"),
    ]
    var launch = makeLaunch("true", in: folder)
    launch.workingDirectory = folder.file("nowhere")
    cases.append((launch, .badWorkingDirectory, "nowhere"))
    launch = makeLaunch("true", in: folder)
    launch.guardExecutable = folder.file("no-guard")
    cases.append((launch, .guardUnusable, "no-guard"))
    launch.guardExecutable = "/bin/true"
    cases.append((launch, .guardUnusable, "guard"))
    launch = makeLaunch("true", in: folder)
    launch.lockFile = folder.file("no/folder/lock")
    cases.append((launch, .lockUnusable, "folder"))
    for (launch, code, mention) in cases {
      let error = await #expect(throws: RuntimeError.self) { try await GuardedProcess.launch(launch) }
      #expect(error?.code == code, "\(launch.program): \(String(describing: error))")
      #expect(error?.message.contains(mention) == true, "\(String(describing: error))")
    }
    let missing = await #expect(throws: RuntimeError.self) {
      try await GuardedProcess.launch(makeLaunch("no-such-agent-here", in: folder))
    }
    #expect(missing?.evidence.contains("/bin") == true, "the PATH that was searched is named")
  }

  @Test("takes its double-forked daemons with it")
  func daemons() async throws {
    let script =
      "(setsid sh -c 'setsid sh -c \"trap : TERM HUP; echo \\$\\$ > daemon; while :; do sleep 0.05; done\" &' &); sleep 60"
    let process = try await GuardedProcess.launch(makeLaunch("sh", ["-c", script], in: folder))
    try await eventually("the daemon runs") { FileManager.default.fileExists(atPath: folder.file("daemon")) }
    try await eventually("its id is written") { try !folder.read("daemon").isEmpty }
    let daemon = try #require(Int32(folder.read("daemon").trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(isAlive(daemon))
    process.kill()
    await process.waitUntilGone()
    #expect(!isAlive(daemon))
    #expect(!isAlive(process.programPID))
    #expect(!isAlive(process.guardPID))
    #expect(Strays.find(runIDPrefix: process.launch.runID) == [])
  }

  @Test("is killed after its grace when it ignores the request, and before it when the grace is shortened")
  func grace() async throws {
    let script = "trap '' TERM; touch ready; while :; do sleep 0.05 & wait; done"
    var launch = makeLaunch("sh", ["-c", script], in: folder)
    launch.grace = .milliseconds(600)
    let clock = ContinuousClock()
    let process = try await GuardedProcess.launch(launch)
    try await eventually("it ignores SIGTERM") { FileManager.default.fileExists(atPath: folder.file("ready")) }
    let patient = await clock.measure {
      process.kill()
      await process.waitUntilGone()
    }
    #expect(patient >= .milliseconds(590))
    #expect(process.exit == .signal(9))

    launch.grace = .seconds(60)
    let second = try await GuardedProcess.launch(launch)
    second.kill()
    let short = await clock.measure {
      second.kill(grace: .milliseconds(20))
      await second.waitUntilGone()
    }
    #expect(short < .seconds(20))
  }

  @Test("cannot be outrun by children that fork while they die")
  func forkers() async throws {
    // Eight runners, each of which is always a new process: the population is bounded, its members never stay.
    let script = """
      import os, signal
      signal.signal(signal.SIGTERM, signal.SIG_IGN)
      for i in range(3): os.fork()
      open("ready", "w").close()
      for generation in range(20000):
        if os.fork(): os._exit(0)
        if generation % 3 == 0: os.setsid()
      """
    let process = try await GuardedProcess.launch(makeLaunch("python3", ["-c", script], in: folder))
    try await eventually("they run") { FileManager.default.fileExists(atPath: folder.file("ready")) }
    process.kill(grace: .milliseconds(30))
    await process.waitUntilGone()
    #expect(Strays.find(runIDPrefix: process.launch.runID) == [])
  }

  @Test("is gone when its scope ends, however it ends")
  func scope() async throws {
    struct Left: Error {}
    var pid: Int32 = 0
    await #expect(throws: Left.self) {
      try await GuardedProcess.withProcess(makeLaunch("sleep", ["60"], in: folder)) { process in
        pid = process.programPID
        #expect(isAlive(pid))
        throw Left()
      }
    }
    #expect(pid > 0 && !isAlive(pid))

    let launch = makeLaunch("sleep", ["60"], in: folder)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await #expect(throws: CancellationError.self) {
          try await GuardedProcess.withProcess(launch) { _ = try await $0.waitForExit() }
        }
      }
      while Strays.find(runIDPrefix: launch.runID).count < 2 { await Task.yield() }
      group.cancelAll()
    }
    #expect(Strays.find(runIDPrefix: launch.runID) == [])
  }

  @Test("ends when nobody holds it any more")
  func dropped() async throws {
    let launch = makeLaunch("sleep", ["60"], in: folder)
    _ = try await GuardedProcess.launch(launch)
    try await eventually("it is gone") { Strays.find(runIDPrefix: launch.runID).isEmpty }
  }

  @Test("keeps the last 64 KiB of standard error, and hands on all of it")
  func standardError() async throws {
    let counter = Counter()
    var launch = makeLaunch(
      "sh", ["-c", "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done >&2"], in: folder)
    launch.onStandardError = { counter.add($0.count) }
    let process = try await GuardedProcess.launch(launch)
    await process.waitUntilGone()
    try await eventually("all arrived") { process.standardErrorTail.hasSuffix("line 19999\n") }
    #expect(process.standardErrorTail.utf8.count == 65536)
    #expect(counter.total == (0..<20000).reduce(0) { $0 + "line \($1)\n".utf8.count })
  }

  @Test("has a controlling terminal of the right size, when asked for one")
  func terminal() async throws {
    var launch = makeLaunch(
      "sh", ["-c", "trap 'echo caught; exit 5' INT; tty; stty size; echo direct > /dev/tty; read x"], in: folder)
    launch.streams = .terminal(columns: 91, rows: 33)
    let process = try await GuardedProcess.launch(launch)
    let primary = try #require(process.takeStandardInput())
    let reader = dup(primary)
    async let text = readTerminal(reader) { seen in
      // Once: the terminal echoes it, and each one throws away output that is still on its way.
      if seen.contains("direct"), !seen.contains("^C") { _ = write(primary, "\u{3}", 1) }
    }
    #expect(await process.waitUntilGone() == .code(5))
    close(primary)
    let seen = await text
    for part in ["/dev/pts/", "33 91", "direct", "caught"] { #expect(seen.contains(part), "\(seen)") }
  }

  @Test("does not leak descriptors, to the program or here")
  func descriptors() async throws {
    // A descriptor without close-on-exec, as a careless library would leave one.
    let careless = open("/dev/null", O_RDONLY)
    defer { close(careless) }
    func once() async throws -> String {
      let process = try await GuardedProcess.launch(makeLaunch("ls", ["/proc/self/fd"], in: folder))
      let text = await readAll(try #require(process.takeStandardOutput()))
      await process.waitUntilGone()
      return text
    }
    #expect(try await once() == "0\n1\n2\n3\n", "3 is the folder that ls itself reads")
    // Other tests run beside this one, so the count is compared over many rounds, with room for theirs.
    let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    for _ in 0..<100 { _ = try await once() }
    for _ in 0..<100 { _ = try? await GuardedProcess.launch(makeLaunch("/etc/passwd", in: folder)) }
    let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    #expect(after < before + 90)
  }

  @Test("starts fifty times at once, each with its own output")
  func parallel() async throws {
    try await withThrowingTaskGroup(of: (Int, String, ProcessExit).self) { group in
      for number in 0..<50 {
        group.addTask {
          let process = try await GuardedProcess.launch(
            makeLaunch("sh", ["-c", "echo \(number); sleep 0.1; exit \(number)"], in: folder))
          let text = await readAll(try #require(process.takeStandardOutput()))
          return (number, text, await process.waitUntilGone())
        }
      }
      for try await (number, text, exit) in group {
        #expect(text == "\(number)\n")
        #expect(exit == .code(Int32(number)))
      }
    }
  }

  @Test("ignores the signal dispositions of its launcher")
  func dispositions() async throws {
    signal(SIGPIPE, SIG_IGN)
    let process = try await GuardedProcess.launch(
      makeLaunch("grep", ["-E", "Sig(Ign|Blk)", "/proc/self/status"], in: folder))
    let text = await readAll(try #require(process.takeStandardOutput()))
    await process.waitUntilGone()
    #expect(text == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n")
  }
}

/// Counts from any thread.
final class Counter: Sendable {
  private let lock = NSLock()
  // nonisolated(unsafe): only touched with the lock held.
  nonisolated(unsafe) private var sum = 0

  func add(_ more: Int) { lock.withLock { sum += more } }
  var total: Int { lock.withLock { sum } }
}

/// Reads a terminal until it hangs up; `onText` sees everything so far after each read.
func readTerminal(_ descriptor: Int32, _ onText: @escaping @Sendable (String) -> Void) async -> String {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread {
      var all: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count <= 0 { break }
        all += buffer[..<count]
        onText(String(decoding: all, as: UTF8.self))
      }
      close(descriptor)
      continuation.resume(returning: String(decoding: all, as: UTF8.self))
    }
  }
}
