// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The lines that a program writes, each as soon as it is whole. Reading waits for the program.
struct Lines: Sequence, IteratorProtocol {
  private let descriptor: Int32
  private var waiting: [UInt8] = []
  private var scanned = 0
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)

  /// - Parameter descriptor: stays the caller's.
  init(of descriptor: Int32) { self.descriptor = descriptor }

  mutating func next() -> String? {
    while true {
      if let end = waiting[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: waiting[..<end], as: UTF8.self)
        waiting.removeSubrange(...end)
        scanned = 0
        return line
      }
      scanned = waiting.count
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return nil }
      waiting += chunk[..<count]
    }
  }
}
