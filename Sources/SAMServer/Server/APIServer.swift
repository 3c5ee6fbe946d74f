// SPDX-License-Identifier: Apache-2.0
internal import Hummingbird
internal import Logging
public import ServiceLifecycle

/// The HTTP API and its streams on one listener: a service for a `ServiceGroup`.
///
/// At a graceful shutdown it takes no more connections, lets requests finish, closes streams with 1001, and cuts off
/// what is left after ``ServerConfiguration/shutdownTimeout``. Make one with
/// ``build(orchestrator:tokens:secrets:configuration:logger:onRunning:)``.
public struct APIServer: Service, CustomStringConvertible {
  /// What logs call it. Without it, a service group would write down all that is in here, member by member.
  public var description: String { "api" }

  let application: Application<APIResponder>
  let shutdownTimeout: Duration
  let logger: Logger

  /// Serves until it is shut down or cancelled.
  /// - Throws: when it cannot listen: the address is taken, or not ours.
  public func run() async throws {
    var group = ServiceGroupConfiguration(services: [application], logger: logger)
    group.maximumGracefulShutdownDuration = shutdownTimeout
    try await ServiceGroup(configuration: group).run()
  }
}
