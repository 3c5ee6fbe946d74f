// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMRPC

/// The cloud oracle: a program that validates requests against a provider's own document and answers with state.
final class OracleProcess {
  /// A Python that has what the oracle imports; nil, with the reason printed, when there is none.
  static let python: String? = {
    guard SharedData.root != nil else { return nil }
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
    let python = (environment["SAM_AGENTS"] ?? cache + "/sam/agents") + "/cloud-oracle/bin/python"
    guard run(python, ["-c", "import openapi_core, werkzeug"]) == 0 else {
      print("skipped: comparisons with the cloud oracle (run Tools/install-agents cloud-oracle)")
      return nil
    }
    return python
  }()

  /// It ends when its standard input is closed, so none is left behind by tests that are killed.
  private static let guarded = """
    import os, runpy, sys, threading
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
    """

  let port: UInt16
  private let process = Process()

  init(_ provider: String, _ arguments: [String] = []) throws {
    guard let python = Self.python, let root = SharedData.root else { throw CocoaError(.fileNoSuchFile) }
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments =
      ["-c", Self.guarded, root.appendingPathComponent("tools/cloud_oracle.py").path, "--provider", provider]
      + ["--port", "0"] + arguments
    process.standardInput = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    // Its first line says where it listens: "oracle hetzner on http://127.0.0.1:40717/v1 (91 paths)".
    var line: [UInt8] = []
    while line.last != UInt8(ascii: "\n") {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw POSIXError(.ECHILD) }
      line += more
    }
    let text = String(decoding: line, as: UTF8.self)
    guard let port = text.firstMatch(of: /127\.0\.0\.1:([0-9]+)/).flatMap({ UInt16($0.1) }) else {
      throw POSIXError(.EBADMSG)
    }
    self.port = port
  }

  deinit { if process.isRunning { process.terminate() } }

  /// Lets the next call that matches go wrong.
  func inject(_ fault: JSONObject) throws {
    _ = try PlainHTTP(port: port).send("POST", "/_oracle/inject", .object(fault))
  }

  /// What it holds.
  func state() throws -> JSONValue {
    try PlainHTTP(port: port).send("GET", "/_oracle/state", nil as JSONValue?)?.body ?? .null
  }

  /// What was wrong with our requests by the provider's document.
  func violations() throws -> [String] {
    let all = try PlainHTTP(port: port).send("GET", "/_oracle/violations", nil as JSONValue?)?.body?.arrayValue ?? []
    return all.compactMap { violation in
      guard let kind = violation["kind"]?.stringValue, kind != "oracle_bug" else { return nil }
      return kind
    }
  }

  private static func run(_ program: String, _ arguments: [String]) -> Int32 {
    guard FileManager.default.isExecutableFile(atPath: program) else { return 127 }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return 127 }
    process.waitUntilExit()
    return process.terminationStatus
  }
}
