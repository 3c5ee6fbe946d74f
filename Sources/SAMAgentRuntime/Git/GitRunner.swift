// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Runs git for SAM: with an environment of its own, never with a repository that an agent controls as its git folder.
///
/// What each command sees:
/// - `GIT_CONFIG_NOSYSTEM`, `GIT_CONFIG_GLOBAL=/dev/null` for everything that happens on this machine: a filter, a
///   signing program or an alias of the person must not run on an agent's files, and the result must not depend on it.
///   (So files of Git LFS are stored as they are in the work tree.) The person's `~/.config/git/ignore` still counts.
/// - Commands that talk to a host read the person's configuration, because their credential helper, proxy, certificates
///   and ssh command are there; hooks and file monitors stay off. Machines that hold no person's configuration turn this
///   off with `userConfiguration`.
/// - No prompt, no pager, no editor, no replaced objects, no background maintenance, no transport but the usual ones.
/// - Of the host's environment only what the lists below name.
public struct GitRunner: Sendable {
  /// Whether the configuration of the user who runs SAM counts for commands that talk to a host.
  public enum UserConfiguration: Sendable { case forHosts, never }

  let executable: String
  let userConfiguration: UserConfiguration
  private let base: [String: String]

  /// How long a command may take that stays on this machine.
  public var localTimeout: Duration = .seconds(300)

  /// How long a command may take that talks to a host.
  public var networkTimeout: Duration = .seconds(1200)

  /// Finds git.
  ///
  /// - Parameters:
  ///   - hostEnvironment: The environment of this process.
  ///   - userConfiguration: See the type.
  /// - Throws: `RuntimeError` with `.gitMissing`.
  public init(hostEnvironment: [String: String], userConfiguration: UserConfiguration = .forHosts) throws {
    let path = hostEnvironment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    do {
      executable = try ProgramSearch.resolve("git", path: path, directory: "/")
    } catch {
      throw RuntimeError(
        .gitMissing, "Git is not installed on this machine. Install it (apt install git).",
        evidence: "PATH that was searched: \(path)")
    }
    self.userConfiguration = userConfiguration
    var base: [String: String] = ["PATH": path, "LC_ALL": "C"]
    for name in Self.kept { base[name] = hostEnvironment[name] }
    for (name, value) in Self.fixed { base[name] = value }
    self.base = base
  }

  private static let kept = [
    "HOME", "USER", "LOGNAME", "XDG_CONFIG_HOME", "TMPDIR", "SSH_AUTH_SOCK", "GIT_SSH", "GIT_SSH_COMMAND",
    "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
  ]

  private static let fixed = [
    "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "SSH_ASKPASS_REQUIRE": "never",
    "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "file:https:http:ssh:git", "GIT_PAGER": "cat", "GIT_EDITOR": "false",
    "GIT_SEQUENCE_EDITOR": "false", "GIT_LFS_SKIP_SMUDGE": "1", "GIT_MERGE_AUTOEDIT": "no",
    // Workspaces are read and written as plain files, in this form.
    "GIT_DEFAULT_REF_FORMAT": "files", "GIT_DEFAULT_HASH": "sha1",
  ]

  private static let settings = [
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.untrackedCache=false", "core.splitIndex=false",
    "core.quotePath=false", "core.askPass=", "core.pager=cat", "core.editor=false", "gc.auto=0",
    "maintenance.auto=false", "protocol.ext.allow=never", "commit.gpgSign=false", "tag.gpgSign=false",
    "push.gpgSign=false", "push.followTags=false", "log.showSignature=false", "submodule.recurse=false",
    "fetch.recurseSubmodules=false", "fetch.unpackLimit=1", "advice.detachedHead=false", "init.templateDir=",
  ]

  /// One git command.
  struct Command: Sendable {
    var arguments: [String]
    /// A repository of SAM's own. Nil: none, for `ls-remote` and `init`.
    var gitFolder: String?
    var workTree: String?
    var index: String?
    /// Object folders to read beside the repository's own.
    var alternates: String?
    var environment: [String: String] = [:]
    var directory = "/"
    var input = ShortCommand.Input.nothing
    var output = ShortCommand.Output.collected(limit: 16 << 20)
    /// The host that it talks to; nil: it stays on this machine.
    var host: (url: RepositoryURL, credential: GitCredential?)?
    /// Whether it may read the user's configuration although it talks to no host.
    var seesUserConfiguration = false
    /// Exit codes that are answers.
    var accepted: Set<Int32> = [0]

    init(_ arguments: [String], in gitFolder: String? = nil) {
      self.arguments = arguments
      self.gitFolder = gitFolder
    }
  }

  /// What a command answered.
  struct Answer: Sendable {
    var code: Int32
    var bytes: [UInt8]
    var truncated: Bool
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var line: String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
    /// Of `-z` output.
    var pieces: [ArraySlice<UInt8>] { bytes.split(separator: 0) }
    /// The same as text.
    var items: [String] { pieces.map { String(decoding: $0, as: UTF8.self) } }
  }

  /// Runs a command.
  ///
  /// - Throws: `RuntimeError`, classified, with the command, its exit code and its last words; `CancellationError`.
  @discardableResult
  func run(_ command: Command) async throws -> Answer {
    let arguments = Self.settings.flatMap { ["-c", $0] } + command.arguments
    let outcome = try await ShortCommand(
      program: executable, arguments: arguments, environment: environment(of: command), directory: command.directory,
      input: command.input, output: command.output, timeout: command.host == nil ? localTimeout : networkTimeout
    ).run()
    if case .code(let code) = outcome.exit, command.accepted.contains(code), !outcome.timedOut {
      return Answer(code: code, bytes: outcome.output, truncated: outcome.truncated)
    }
    throw GitDiagnosis.error(
      command: Redaction.credentials(in: "git " + command.arguments.joined(separator: " ")), outcome: outcome,
      output: String(decoding: outcome.output.suffix(8192), as: UTF8.self), isLocal: command.host == nil)
  }

  private func environment(of command: Command) -> [String: String] {
    var environment = base
    if command.host == nil && !command.seesUserConfiguration || userConfiguration == .never {
      environment["GIT_CONFIG_NOSYSTEM"] = "1"
      environment["GIT_CONFIG_GLOBAL"] = "/dev/null"
    }
    environment["GIT_DIR"] = command.gitFolder
    environment["GIT_WORK_TREE"] = command.workTree
    environment["GIT_INDEX_FILE"] = command.index
    environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = command.alternates
    if let host = command.host, let credential = host.credential, host.url.text.hasPrefix("http") {
      // By environment: neither the process list nor a file shows it, and it goes to this address only.
      let value = Data("\(credential.username):\(credential.password)".utf8).base64EncodedString()
      environment["GIT_CONFIG_COUNT"] = "1"
      environment["GIT_CONFIG_KEY_0"] = "http.\(host.url.text).extraHeader"
      environment["GIT_CONFIG_VALUE_0"] = "Authorization: Basic \(value)"
    }
    return environment.merging(command.environment) { $1 }
  }
}
