// SPDX-License-Identifier: Apache-2.0
internal import SAMClient

/// Which samd a command talks to, and as whom.
struct Settings: Equatable {
  /// Where a value came from, for people.
  enum Source: String {
    case option = "an option"
    case environment = "the environment"
    case login = "samctl login"
    case local = "samd's data directory"
  }

  /// Where samd listens.
  let server: String
  /// Who said so.
  let serverSource: Source
  /// What samd knows the caller by.
  let token: String?

  /// Chooses: an option counts more than the environment, that more than `samctl login`, that more than what samd on
  /// this machine left in its data directory.
  ///
  /// A stored token goes to the server that it was stored with and to no other: `--server` must not be a way to get at
  /// it.
  ///
  /// - Throws: ``CommandFailure`` when nobody names a server; ``SAMClientError`` when one is named wrongly.
  static func resolve(
    server: String?, token: String?, environment: [String: String], login: Login?, local: Login?, places: Places
  ) throws -> Settings {
    let named: [(Source, String?)] = [
      (.option, server), (.environment, environment["SAM_SERVER"]), (.login, login?.server), (.local, local?.server),
    ]
    guard let (source, address) = named.lazy.compactMap({ source, value in filled(value).map { (source, $0) } }).first
    else {
      throw CommandFailure(
        .unreachable,
        "No samd is known. Start one on this machine with 'samd serve', or run 'samctl login --server URL' for one "
          + "elsewhere. (Looked at --server, SAM_SERVER, \(places.loginFile) and \(places.endpointFile).)",
        code: "no_server")
    }
    let chosen = try Endpoint(address)
    let stored = [login, local].compactMap { $0 }.first { filled($0.token) != nil && isFor(chosen, $0) }
    return Settings(
      server: chosen.description, serverSource: source,
      token: filled(token) ?? filled(environment["SAM_TOKEN"]) ?? filled(stored?.token))
  }

  private static func isFor(_ endpoint: Endpoint, _ login: Login) -> Bool {
    do { return try Endpoint(login.server) == endpoint } catch { return false }
  }

  private static func filled(_ text: String?) -> String? {
    guard let text = text?.trimmed, !text.isEmpty else { return nil }
    return text
  }
}
