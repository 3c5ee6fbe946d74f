// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import SAMCore
internal import Synchronization

/// Holds a data directory for one process: two that write the same ledger would each believe to be alone.
///
/// The kernel gives the lock back when the process ends, however it ends.
final class DirectoryLock: Sendable {
  /// The file that is locked; nil when the lock was given back.
  private let file: Mutex<Int32?>

  /// Takes the lock, or refuses at once.
  /// - Throws: ``StoreError`` with `storage_locked` when another process, or another store in this one, has it.
  init(directory: String, fault: StorageFault) throws {
    let path = "\(directory)/lock"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw fault.system("open '\(path)'", errno) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      let holder = Self.content(of: file)
      close(file)
      guard code == EWOULDBLOCK else { throw fault.system("lock '\(path)'", code) }
      throw StoreError(
        .locked,
        "'\(directory)' is in use by another SAM\(holder.isEmpty ? "" : " (process \(holder))"); "
          + "stop that one, or give this one a data directory of its own",
        evidence: path)
    }
    // The number only helps people; the lock does not depend on it, so a failure to write it is no failure.
    let text = Array("\(getpid())".utf8)
    if ftruncate(file, 0) == 0 { _ = pwrite(file, text, text.count, 0) }
    self.file = Mutex(file)
  }

  deinit { release() }

  /// Gives the lock back.
  func release() {
    file.withLock { file in
      if let held = file {
        // Unlocked by name: a child that is just being made shares the file until it becomes its own program.
        flock(held, LOCK_UN)
        close(held)
      }
      file = nil
    }
  }

  private static func content(of file: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 32)
    let count = pread(file, &buffer, buffer.count, 0)
    let digits = buffer.prefix(max(0, count)).filter { (48...57).contains($0) }
    return String(decoding: digits, as: UTF8.self)
  }
}
