// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A person's own checkout on this machine: which repositories it is of. Nothing in it is changed.
public struct Checkout: Hashable, Sendable {
  /// Its top folder, absolute.
  public let root: String
  /// The addresses of its remotes, as its configuration has them.
  public let remotes: [String]

  /// - Parameters: as the properties of the same names.
  public init(root: String, remotes: [String]) {
    self.root = root
    self.remotes = remotes
  }

  /// Looks at the checkout that a folder is in.
  ///
  /// - Parameters:
  ///   - folder: An absolute path.
  ///   - git: What runs git; it reads the person's configuration too.
  /// - Returns: nil when the folder is in no checkout.
  /// - Throws: `RuntimeError` when git cannot look.
  public static func find(at folder: String, git: GitRunner) async throws -> Checkout? {
    func ask(_ arguments: [String], accepting code: Int32) async throws -> GitRunner.Answer {
      var command = GitRunner.Command(arguments)
      command.directory = folder
      command.seesUserConfiguration = true
      command.accepted = [0, code]
      return try await git.run(command)
    }
    let top = try await ask(["rev-parse", "--show-toplevel"], accepting: 128)
    guard top.code == 0, !top.line.isEmpty else { return nil }
    let remotes = try await ask(["config", "--null", "--get-regexp", #"^remote\..*\.url$"#], accepting: 1)
    return Checkout(
      root: top.line, remotes: remotes.items.compactMap { $0.split(separator: "\n").last.map(String.init) })
  }

  /// Whether it is a checkout of a repository: one of its remotes has that address, or it lies there itself.
  ///
  /// - Parameter repository: The address as somebody else writes it: with another scheme, user or ending.
  public func isOf(_ repository: String) -> Bool {
    let wanted = Self.place(repository)
    return ([root] + remotes).contains { Self.place($0) == wanted }
  }

  /// Host and path of an address, as far as all ways to write it agree.
  static func place(_ address: String) -> String {
    var rest = address[...]
    if let scheme = rest.firstRange(of: "://") {
      let isFile = rest.hasPrefix("file:")
      rest = rest[scheme.upperBound...]
      if isFile { rest = rest.drop { $0 != "/" } }
    } else if !rest.hasPrefix("/"), let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/") {
      // user@host:path
      rest = rest[..<colon] + "/" + rest[rest.index(after: colon)...].drop { $0 == "/" }
    }
    let isPath = rest.hasPrefix("/")
    if !isPath {
      let slash = rest.firstIndex(of: "/") ?? rest.endIndex
      if let at = rest[..<slash].lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
      let host = rest.prefix { $0 != "/" }
      rest = host.lowercased()[...] + rest.dropFirst(host.count)
    }
    while rest.hasSuffix("/"), rest.count > 1 { rest = rest.dropLast() }
    if rest.hasSuffix(".git"), !isPath { rest = rest.dropLast(4) }
    return isPath ? URL(fileURLWithPath: String(rest)).resolvingSymlinksInPath().path : String(rest)
  }
}
