// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMAPI

/// A server and the token for it.
struct Login: Codable, Equatable {
  /// Where samd listens.
  var server: String
  /// What it knows the caller by; nil = nothing.
  var token: String?

  /// Reads what ``store(in:)`` wrote; nil when there is no such file.
  /// - Throws: ``CommandFailure`` when the file cannot be read or understood.
  static func load(from file: String) throws -> Login? {
    guard let text = try TextFile.read(file) else { return nil }
    do {
      return try APICoding.decode(Login.self, from: Array(text.utf8))
    } catch {
      throw CommandFailure(
        .usage, "'\(file)' is damaged. Remove it and run 'samctl login' again.", code: "bad_login_file")
    }
  }

  /// What samd on this machine left for its people; nil when it never ran.
  /// - Throws: ``CommandFailure`` when a file cannot be read.
  static func local(_ places: Places) throws -> Login? {
    guard let endpoint = try TextFile.read(places.endpointFile)?.trimmed, !endpoint.isEmpty else { return nil }
    return Login(server: endpoint, token: try TextFile.read(places.tokenFile)?.trimmed)
  }

  /// Writes the file so that its owner alone can read it, all at once.
  /// - Throws: ``CommandFailure``.
  func store(in file: String) throws {
    try TextFile.writePrivately(String(decoding: APICoding.encode(self), as: UTF8.self) + "\n", to: file)
  }
}

extension String {
  /// Without blanks and line breaks around it.
  var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
