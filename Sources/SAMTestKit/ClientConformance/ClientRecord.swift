// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC
internal import Synchronization

/// What was seen of a client.
final class ClientRecord: Sendable {
  private struct State {
    var probes: [String: ProtocolCheck.Outcome] = [:]
    var begun: Set<String> = []
    var hasEnded = false
  }

  let wire = Wire()
  private let state = Mutex(State())

  /// Whether the client has closed its end.
  var hasEnded: Bool { state.withLock { $0.hasEnded } }
  func noteEnd() { state.withLock { $0.hasEnded = true } }

  /// What came of a probe; nil when it was not made.
  func probe(_ id: String) -> ProtocolCheck.Outcome? { state.withLock { $0.probes[id] } }

  /// Makes a probe, unless it was made before or is being made by another turn.
  func probe(_ id: String, _ body: () async throws -> Void) async {
    guard state.withLock({ $0.begun.insert(id).inserted }) else { return }
    let outcome: ProtocolCheck.Outcome
    do {
      try await body()
      outcome = .passed
    } catch let broken as BrokenPromise {
      outcome = .failed(broken.what)
    } catch let other as NotApplicable {
      outcome = .notApplicable(other.why)
    } catch is CancellationError {
      return
    } catch is RPCFailure {
      outcome = .blocked("the client has hung up")
    } catch {
      outcome = .failed("the client answered with an error: \(error)")
    }
    state.withLock { $0.probes[id] = outcome }
  }

  /// The requests and notifications of the client with their places.
  var requests: [(index: Int, method: String, params: JSONValue)] {
    wire.lines().enumerated().compactMap { index, line in
      guard line.direction == .incoming else { return nil }
      switch line.message {
      case .request(let request): return (index, request.method, request.params ?? [:])
      case .notification(let notification): return (index, notification.method, notification.params ?? [:])
      default: return nil
      }
    }
  }
}
