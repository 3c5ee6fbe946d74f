// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import SAMAPI
import SAMAgentRuntime
import SAMCore
import SAMProviders
import SAMServer
import SAMStorage
import ServiceLifecycle
import UnixSignals

/// The parts of `samd serve`, put together.
struct Daemon {
  let settings: Settings

  /// Runs until it is told to stop.
  func run() async throws {
    let log = try logger()
    let catalog = try Catalog(settings)
    let report: @Sendable (String) -> Void = { log.notice("\(LineLog.redact($0))") }
    let folder = settings["data"]
    let store = try SQLiteStore(directory: folder)
    let installation = try await store.metadata().installation
    let secrets = try SealedSecretStore(directory: folder)
    let sam = Orchestrator(store: store, secrets: secrets, clock: .system, report: report)
    let link = LocalLink(to: sam)
    let machine = MachineRuntime(
      configuration: try machineConfiguration(installation), uplink: link,
      blobs: try FileBlobStore(directory: "\(folder)/blobs"), clock: .system, report: report)

    // Side by side: looking through all processes, and writing down what is written once.
    async let ended = machine.endStrays()
    let here = try await register(in: sam, installation, catalog)
    let tokens = TokenStore(store)
    let strays = try await ended
    if strays > 0 { log.warning("ended what an earlier run left behind", metadata: ["processes": "\(strays)"]) }

    let server = APIServer.build(
      orchestrator: sam, tokens: tokens, secrets: secrets, configuration: try serverConfiguration(catalog), logger: log
    ) { port in
      do {
        // The server listens by now: nobody waits for the first token but who reads where it is.
        try await makeFirstToken(tokens)
        try announce(port: port, log)
      } catch {
        log.error("the endpoint could not be announced: \(error)")
      }
    }
    let work = WorkService(
      sam: sam, machine: machine, link: link, id: here, grace: try seconds("shutdown_grace", 0...3600))
    var configuration = ServiceGroupConfiguration(
      services: [.init(service: work), .init(service: server)], gracefulShutdownSignals: [.sigterm, .sigint],
      logger: log)
    configuration.maximumGracefulShutdownDuration = try seconds("shutdown_grace", 0...3600) + .seconds(15)
    try await ServiceGroup(configuration: configuration).run()
    try FileManager.default.removeItem(atPath: "\(folder)/endpoint")
    try store.close()
    log.info("stopped")
  }

  private func logger() throws -> Logger {
    guard let level = Logger.Level(rawValue: settings["log_level"]) else {
      throw DaemonFailure("log_level '\(settings["log_level"])' is none of trace, debug, info, warning, error")
    }
    let json = settings["log_format"] == "json"
    LoggingSystem.bootstrap { LineLog(label: $0, level: level, json: json) }
    return Logger(label: "samd")
  }

  private func machineConfiguration(_ installation: InstallationID) throws -> MachineConfiguration {
    MachineConfiguration(
      directory: "\(settings["data"])/machine", guardExecutable: ProcessGuard.ownExecutable,
      environment: ProcessInfo.processInfo.environment, installation: installation,
      settings: .init(
        cancelGrace: try seconds("cancel_grace", 1...3600), idle: try seconds("agent_idle", 1...86_400),
        silence: try seconds("agent_silence", 1...86_400)),
      startTimeout: try seconds("agent_start", 1...3600))
  }

  private func serverConfiguration(_ catalog: Catalog) throws -> ServerConfiguration {
    ServerConfiguration(
      host: settings["host"], port: try settings.number("port", in: 0...65_535),
      allowedHosts: Set(settings.list("allowed_hosts")), allowedOrigins: Set(settings.list("allowed_origins")),
      version: SAMVersion.current, catalog: catalog.offers)
  }

  private func seconds(_ name: String, _ range: ClosedRange<Int>) throws -> Duration {
    .seconds(try settings.number(name, in: range))
  }

  private func register(
    in sam: Orchestrator, _ installation: InstallationID, _ catalog: Catalog
  ) async throws -> MachineID {
    let provider = LocalProvider(host: ProcessInfo.processInfo.hostName)
    let order = MachineOrder(
      name: "this machine", installation: installation, machine: MachineID(trusted: "machine_local"))
    _ = try await provider.create(order)
    let machine = RegisterMachine(name: order.name, provider: provider.name)
    return try await sam.perform(SetUp(agents: catalog.definitions, machine: machine)).id
  }

  private var tokenFile: String { "\(settings["data"])/token" }

  /// The first start makes a token for whoever may read the data folder.
  private func makeFirstToken(_ tokens: TokenStore) async throws {
    if FileManager.default.fileExists(atPath: tokenFile) { return }
    let (_, token) = try await tokens.create(name: "first")
    try PrivateFile.write(token + "\n", to: tokenFile, synced: true)
  }

  /// Says where the daemon is and how to use it.
  private func announce(port: Int, _ log: Logger) throws {
    let folder = settings["data"]
    let endpoint = "http://\(settings["host"]):\(port)"
    // After a power failure nobody listens there any more, so it need not outlast one.
    try PrivateFile.write(endpoint + "\n", to: "\(folder)/endpoint", synced: false)
    let lines = [
      "SAM listens on \(endpoint)", "  data   \(folder)", "  token  \(tokenFile) (readable by you only)",
      "  try    SAM_DATA=\(folder) samctl agent list",
    ]
    FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    log.info("listening", metadata: ["endpoint": "\(endpoint)"])
  }
}

/// Files that only their owner may read, replaced as a whole.
enum PrivateFile {
  /// - Parameter synced: whether the content must be on the disk before it gets its name.
  static func write(_ text: String, to path: String, synced: Bool) throws {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw DaemonFailure("\(temporary) cannot be written: \(String(cString: strerror(errno)))")
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try handle.write(contentsOf: Data(text.utf8))
    if synced { try handle.synchronize() }
    guard rename(temporary, path) == 0 else {
      throw DaemonFailure("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
  }
}
