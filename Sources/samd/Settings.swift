// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The daemon's settings: flag over environment over file over default, each with its source.
struct Settings {
  /// One setting.
  struct Entry {
    /// The name in the file and, with dashes, of the flag.
    let name: String
    /// The environment variable.
    let variable: String
    /// The value when nobody says anything.
    let fallback: String
    /// What it means, with its unit.
    let help: String
  }

  static let entries = [
    Entry(
      name: "data", variable: "SAM_DATA", fallback: defaultData,
      help: "folder for the database, keys, workspaces and journals"),
    Entry(
      name: "agents_file", variable: "SAM_AGENTS_FILE", fallback: defaultAgentsFile,
      help: "YAML file with agents that are added to the catalog or change it"),
    Entry(name: "host", variable: "SAM_HOST", fallback: "127.0.0.1", help: "address to listen on"),
    Entry(name: "port", variable: "SAM_PORT", fallback: "7717", help: "port to listen on; 0 = any free one"),
    Entry(
      name: "allowed_hosts", variable: "SAM_ALLOWED_HOSTS", fallback: "",
      help: "further host names that requests may name, separated by commas"),
    Entry(
      name: "allowed_origins", variable: "SAM_ALLOWED_ORIGINS", fallback: "",
      help: "web origins that may call the API, separated by commas"),
    Entry(
      name: "agent_idle", variable: "SAM_AGENT_IDLE", fallback: "120",
      help: "seconds after which an idle agent's process is ended"),
    Entry(
      name: "agent_silence", variable: "SAM_AGENT_SILENCE", fallback: "600",
      help: "seconds that a working agent may say nothing before its task says so"),
    Entry(
      name: "agent_start", variable: "SAM_AGENT_START", fallback: "60",
      help: "seconds that an agent may take to start and initialise"),
    Entry(
      name: "cancel_grace", variable: "SAM_CANCEL_GRACE", fallback: "20",
      help: "seconds that an agent may take to stop a turn before it is killed"),
    Entry(
      name: "shutdown_grace", variable: "SAM_SHUTDOWN_GRACE", fallback: "10",
      help: "seconds that running turns get to end when the daemon is stopped"),
    Entry(name: "log_level", variable: "SAM_LOG_LEVEL", fallback: "info", help: "trace, debug, info, warning, error"),
    Entry(name: "log_format", variable: "SAM_LOG_FORMAT", fallback: "text", help: "text or json, on standard error"),
  ]

  private static var defaultData: String {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? "/root"
    return (ProcessInfo.processInfo.environment["XDG_DATA_HOME"] ?? "\(home)/.local/share") + "/sam"
  }

  private static var defaultAgentsFile: String {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? "/root"
    return (ProcessInfo.processInfo.environment["XDG_CONFIG_HOME"] ?? "\(home)/.config") + "/sam/agents.yaml"
  }

  private(set) var values: [String: (value: String, source: String)] = [:]

  /// - Parameters:
  ///   - flags: what the command line says, by name.
  ///   - file: a JSON object with settings by name; nil = `samd.json` in the data folder, where there is one.
  /// - Throws: ``SettingsError`` that names the wrong setting.
  init(flags: [String: String], file: String?, environment: [String: String]) throws {
    for entry in Self.entries { values[entry.name] = (entry.fallback, "default") }
    func environmentAndFlags() {
      for entry in Self.entries {
        if let value = environment[entry.variable], !value.isEmpty { values[entry.name] = (value, entry.variable) }
        if let value = flags[entry.name] {
          values[entry.name] = (value, "--\(entry.name.replacingOccurrences(of: "_", with: "-"))")
        }
      }
    }
    environmentAndFlags()
    let path = file ?? "\(self["data"])/samd.json"
    if file != nil || FileManager.default.fileExists(atPath: path) {
      for (name, value) in try Self.read(path) { values[name] = (value, path) }
      environmentAndFlags()
    }
  }

  private static func read(_ path: String) throws -> [String: String] {
    let content: Any
    do {
      content = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw SettingsError("the settings file \(path) cannot be read as JSON; correct it or take it away (\(error))")
    }
    guard let object = content as? [String: Any] else {
      throw SettingsError("the settings file \(path) must be a JSON object of settings")
    }
    var result: [String: String] = [:]
    for (name, value) in object {
      guard entries.contains(where: { $0.name == name }) else {
        let known = entries.map(\.name).joined(separator: ", ")
        throw SettingsError("\(path) has the unknown setting '\(name)'; known are \(known)")
      }
      result[name] = value as? String ?? "\(value)"
    }
    return result
  }

  subscript(name: String) -> String { values[name]?.value ?? "" }

  /// A number within bounds.
  func number(_ name: String, in range: ClosedRange<Int>) throws -> Int {
    guard let number = Int(self[name]), range.contains(number) else {
      throw SettingsError(
        "\(name) is '\(self[name])' (from \(values[name]?.source ?? "nowhere")); "
          + "give a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A list separated by commas.
  func list(_ name: String) -> [String] {
    self[name].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }
}

/// A setting that cannot be used.
struct SettingsError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
