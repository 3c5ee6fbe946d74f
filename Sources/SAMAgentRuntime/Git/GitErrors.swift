// SPDX-License-Identifier: Apache-2.0

extension RuntimeError.Code {
  /// There is no git on this machine.
  public static let gitMissing = Self(rawValue: "git_missing")
  /// The address names no repository that this machine can see.
  public static let repositoryUnreachable = Self(rawValue: "repository_unreachable")
  /// The host wants credentials, or other ones.
  public static let authenticationRefused = Self(rawValue: "authentication_refused")
  /// The network between here and the host does not work.
  public static let networkUnreachable = Self(rawValue: "network_unreachable")
  /// The host, a hook or a rule of the repository refuses the push.
  public static let pushRefused = Self(rawValue: "push_refused")
  /// The branch has commits there that are not here.
  public static let pushNotFastForward = Self(rawValue: "push_not_fast_forward")
  /// There is no such branch, tag or commit.
  public static let branchMissing = Self(rawValue: "branch_missing")
  /// The disk, or the quota, is full.
  public static let diskFull = Self(rawValue: "disk_full")
  /// Git took longer than it may.
  public static let gitTimedOut = Self(rawValue: "git_timed_out")
  /// SAM itself refuses: an address, a branch name, the default branch.
  public static let gitNotAllowed = Self(rawValue: "git_not_allowed")
  /// The folder of a workspace holds something that SAM did not put there, or is gone.
  public static let workspaceUnusable = Self(rawValue: "workspace_unusable")
  /// There are no commits to put into a bundle.
  public static let nothingToBundle = Self(rawValue: "nothing_to_bundle")
  /// Git failed in a way that has no name here; the evidence says how.
  public static let gitFailed = Self(rawValue: "git_failed")
}

/// Tells from git's words what went wrong, and what a person can do.
enum GitDiagnosis {
  private struct Rule {
    let code: RuntimeError.Code
    let words: [String]
    let advice: String
  }

  /// In order: what is more specific comes first.
  private static let rules: [Rule] = [
    Rule(
      code: .diskFull, words: ["no space left on device", "disk quota exceeded"],
      advice: "The disk is full. Free some space and try again."),
    Rule(
      code: .pushNotFastForward,
      words: ["non-fast-forward", "fetch first", "(stale info)", "updates were rejected because the remote"],
      advice: "The branch has commits that SAM did not make; it never overwrites them. Push the work to another "
        + "branch, or merge them first."),
    Rule(
      code: .pushRefused,
      words: [
        "hook declined", "protected branch", "gh006", "gh013", "[remote rejected]", "you are not allowed to push",
        "push declined", "denying", "cannot lock ref", "deny updating",
      ],
      advice: "The repository refuses this push (a hook, a protected branch, or a rule). What it said is below; the "
        + "work is kept and can be saved as a bundle."),
    Rule(
      code: .authenticationRefused, words: ["host key verification failed"],
      advice: "This machine does not know the host's key. Connect once with ssh, or add the key to known_hosts."),
    Rule(
      code: .authenticationRefused,
      words: [
        "authentication failed", "could not read username", "could not read password", "terminal prompts disabled",
        "permission denied (publickey", "invalid username or password", "invalid credentials",
        "the requested url returned error: 401", "the requested url returned error: 403", "access denied",
        "support for password authentication was removed",
      ],
      advice: "The host refused the credentials, or there are none. Add a token or key that may read and write this "
        + "repository."),
    Rule(
      code: .networkUnreachable,
      words: [
        "could not resolve host", "connection refused", "connection timed out", "network is unreachable",
        "no route to host", "failed to connect", "connection reset", "could not resolve proxy", "ssl certificate",
        "operation timed out", "temporary failure in name resolution",
      ],
      advice: "The host cannot be reached. Check the address, the network and the proxy, and try again."),
    Rule(
      code: .repositoryUnreachable, words: ["dubious ownership"],
      advice: "The repository belongs to another user, and git does not trust it. Run SAM as its owner, or allow it "
        + "with: git config --global --add safe.directory PATH"),
    Rule(
      code: .branchMissing,
      words: [
        "couldn't find remote ref", "unknown revision", "not a valid object name", "bad revision",
        "needed a single revision", "invalid refspec", "src refspec",
      ],
      advice: "There is no such branch, tag or commit. Choose one that exists."),
    Rule(
      code: .repositoryUnreachable,
      words: [
        "does not appear to be a git repository", "repository not found", "not found", "does not exist",
        "not a git repository", "no such file or directory", "could not read from remote repository",
        "unable to find remote helper", "transport", "empty reply from server",
      ],
      advice: "There is no repository at this address, or it may not be seen from here. Check the address."),
  ]

  /// An error for a git command that failed.
  ///
  /// What git says about files on this machine can contain any word (a path, say), so most rules are for hosts alone.
  static func error(command: String, outcome: ShortCommand.Outcome, output: String, isLocal: Bool) -> RuntimeError {
    let words = outcome.errorTail.isEmpty ? output : outcome.errorTail
    let how =
      switch outcome.exit {
      case .code(let code): "exit code \(code)"
      case .signal(let signal): "signal \(signal)"
      case .unseen: "end not seen"
      }
    let evidence = "$ \(command)\n\(how)\n\(Redaction.credentials(in: String(words.suffix(4096))))"
    if outcome.timedOut {
      return RuntimeError(
        .gitTimedOut,
        "Git did not finish in time. Try again; when it keeps happening, check the network and the size "
          + "of the repository.", evidence: evidence)
    }
    let lower = (words + "\n" + output).lowercased()
    for rule in isLocal ? rules.filter({ $0.code == .diskFull }) : rules
    where rule.words.contains(where: { lower.contains($0) }) {
      return RuntimeError(rule.code, rule.advice, evidence: evidence)
    }
    return RuntimeError(.gitFailed, "Git failed (\(how)). What it said is below.", evidence: evidence)
  }
}

/// Takes secrets out of text that people will read.
enum Redaction {
  /// `scheme://user:password@host` becomes `scheme://***@host`, in any number of places.
  static func credentials(in text: String) -> String {
    text.replacing(#/(?<scheme>[A-Za-z][A-Za-z0-9+.\-]*:\/\/)[^\/@\s'"]+@/#) { "\($0.output.scheme)***@" }
  }
}
