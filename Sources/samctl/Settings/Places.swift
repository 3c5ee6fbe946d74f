// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The files that samctl looks into.
struct Places: Equatable {
  /// What `samctl login` stores: `~/.config/sam/samctl.json`.
  let loginFile: String
  /// Where samd on this machine keeps its data: `$SAM_DATA` or `~/.local/share/sam`.
  let dataDirectory: String

  /// - Parameter environment: the process's environment.
  init(environment: [String: String]) {
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
    loginFile = home + "/.config/sam/samctl.json"
    dataDirectory = environment["SAM_DATA"].flatMap { $0.isEmpty ? nil : $0 } ?? home + "/.local/share/sam"
  }

  /// Where samd says at which address it listens.
  var endpointFile: String { dataDirectory + "/endpoint" }
  /// Where samd leaves a token for those who may read its data.
  var tokenFile: String { dataDirectory + "/token" }
}
