// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Does long synchronous work on a thread of its own: the threads on which all other tests run are few.
///
/// What goes wrong in it must be handed back: a check there would belong to no test.
func aside<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
  await withCheckedContinuation { continuation in
    let thread = Thread { continuation.resume(returning: work()) }
    thread.stackSize = 8 << 20
    thread.start()
  }
}
