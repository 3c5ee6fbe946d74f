// SPDX-License-Identifier: Apache-2.0

/// Runs a body, at once as far as its first suspension, and cancels it when the signal is set.
package func withCancellation<Value: Sendable>(
  by signal: OneShot<Void>, _ body: @escaping @Sendable () async -> Value
) async -> Value {
  await withTaskGroup(of: Value?.self) { group in
    group.addImmediateTask { await body() }
    group.addTask {
      // Ends by the signal, or by cancellation when the body is done; both mean the same here.
      do { try await signal.value() } catch {}
      return nil
    }
    var result: Value?
    for await ended in group {
      result = ended ?? result
      group.cancelAll()
    }
    guard let result else { preconditionFailure("the body of a task group's child always returns") }
    return result
  }
}
