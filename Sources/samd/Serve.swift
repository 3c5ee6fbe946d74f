// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Logging
import SAMAgentRuntime
import SAMCore
import SAMProviders
import SAMServer
import SAMStorage
import ServiceLifecycle

/// The control plane with this machine as its first.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the control plane, with this machine as its first machine.",
    discussion: """
      The first start writes an access token to the data folder, readable by its owner only; 'samctl' on this machine \
      finds it by itself. Stop it with SIGTERM or Ctrl-C: running turns get a grace to end.
      """)

  @OptionGroup var flags: SettingsFlags

  func run() async throws {
    let settings: Settings
    do {
      settings = try flags.settings()
    } catch {
      throw ValidationError("\(error)")
    }
    do {
      try await Daemon(settings: settings).run()
    } catch let error as StoreError {
      throw DaemonFailure("\(error)")
    }
  }
}

/// An error that ends the daemon, in words that say what to do.
struct DaemonFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
