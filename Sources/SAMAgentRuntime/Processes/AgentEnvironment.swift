// SPDX-License-Identifier: Apache-2.0

/// The environment of an agent: an allow-list of the host's variables, and what its profile names.
///
/// Nothing else of the host reaches an agent: neither the keys of a cloud nor the tokens of the shell that started SAM.
public struct AgentEnvironment: Sendable, Hashable {
  /// What comes from the host, and why.
  public static let allowed: Set<String> = [
    // Where programs and the person's own configuration of an agent are (an agent keeps its login in HOME or XDG).
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME",
    "XDG_STATE_HOME", "XDG_RUNTIME_DIR",
    // Language, time, terminal, scratch space.
    "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LC_COLLATE", "LC_NUMERIC", "LC_TIME", "TZ", "TERM",
    "COLORTERM", "NO_COLOR", "TMPDIR",
    // The way out of a network that has a proxy. A proxy's address may hold its own password; without it the agent
    // reaches nothing.
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
    // Whom to trust there, for each of the usual stacks (OpenSSL, Node, Python, curl, git, Rust, Deno).
    "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO",
    "CARGO_HTTP_CAINFO", "DENO_CERT", "PIP_CERT",
  ]

  /// The variables, ready for a process.
  public private(set) var variables: [String: String]

  /// An environment from the host's variables and explicit ones.
  ///
  /// - Parameters:
  ///   - host: The host's variables (`ProcessInfo.processInfo.environment`); only `allowed` ones are taken.
  ///   - explicit: What the profile or the task names; wins over the host.
  public init(host: [String: String], explicit: [String: String] = [:]) {
    variables = host.filter { Self.allowed.contains($0.key) }
    variables["PATH"] = variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    variables["LANG"] = variables["LANG"] ?? "C.UTF-8"
    variables["TERM"] = variables["TERM"] ?? "dumb"
    add(explicit)
  }

  /// Makes another folder the home: what leads to the host's one is left out, so that everything follows from `HOME`.
  ///
  /// - Parameters:
  ///   - home: The folder.
  ///   - names: Further variables that name folders of a program.
  mutating func move(to home: String, without names: [String]) {
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"] + names {
      variables[name] = nil
    }
    variables["HOME"] = home
  }

  /// Adds or replaces variables. Names that no environment can hold (empty, with `=` or NUL) are left out.
  public mutating func add(_ more: [String: String]) {
    for (name, value) in more where !name.isEmpty && !name.contains("=") && !(name + value).utf8.contains(0) {
      variables[name] = value
    }
  }
}
