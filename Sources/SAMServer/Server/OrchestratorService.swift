// SPDX-License-Identifier: Apache-2.0
public import SAMCore
public import ServiceLifecycle

/// Runs the orchestrator's owed effects as a service. List it before ``APIServer``: services are stopped in reverse, so
/// that what the last requests decided is still begun.
///
/// It stops at once when it is its turn: an effect that is cut off is settled at the next start by its class.
public struct OrchestratorService: Service {
  private let orchestrator: Orchestrator

  /// - Parameter orchestrator: whose effects are run.
  public init(_ orchestrator: Orchestrator) { self.orchestrator = orchestrator }

  /// Runs until it is shut down or cancelled.
  /// - Throws: ``StoreError`` when owed effects cannot be read.
  public func run() async throws {
    do {
      try await cancelWhenGracefulShutdown { try await orchestrator.run() }
    } catch is CancellationError {
      // That is how it ends.
    }
  }
}
