// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMRPC

/// The demo agent's login file, `~/.demo-agent/auth.json`: it works without one, and shows what becomes of one.
struct DemoLogin {
  private let path = "\(ProcessInfo.processInfo.environment["HOME"] ?? "")/.demo-agent/auth.json"

  /// What a person recognises it by.
  func digest() throws -> String {
    guard let content = FileManager.default.contents(atPath: path) else {
      throw RPCError(.authenticationRequired, "There is no login in \(path).")
    }
    return DemoDigest.of(content)
  }

  /// Puts another token in the place of the one that is there.
  func refresh() throws -> String {
    _ = try digest()
    let token = "\(UUID().uuidString)\(UUID().uuidString)".replacing("-", with: "").lowercased()
    let content = JSONValue.object(["token": .string(token)]).serializedString() + "\n"
    try Data(content.utf8).write(to: URL(fileURLWithPath: path))
    return try digest()
  }
}
