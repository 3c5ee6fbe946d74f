// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The files by which the kernel speaks: those of `/proc` and of control groups.
enum KernelFile {
  /// All that it says. They have no size; one that went away, or is not ours to read, is empty. (Foundation would lose 4 KiB
  /// with each that says nothing.)
  static func content(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var all: [UInt8] = []
    while all.count < 4 << 20 {
      let chunk = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
      }
      if chunk.isEmpty { break }
      all += chunk
    }
    return all
  }
}
