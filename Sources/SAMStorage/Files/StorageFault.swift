// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import SAMCore

/// Turns what the system and SQLite report into errors that say what to do next, in one place.
struct StorageFault: Sendable {
  /// Where the data lies; people need it to help themselves.
  let place: String

  /// The disk refuses: full, over quota, at a size limit, or failing.
  func full(_ evidence: String) -> StoreError {
    StoreError(
      .full,
      "the disk under '\(place)' is full or refuses writes, and nothing of this request was kept; "
        + "make room (df -h '\(place)'), look for disk errors (dmesg), then try again",
      evidence: evidence)
  }

  /// What was read is not what was written.
  func corrupt(_ what: String, _ evidence: String) -> StoreError {
    StoreError(.corrupt, "\(what) is damaged; stop SAM and restore it from a backup", evidence: evidence)
  }

  /// A system call failed.
  /// - Parameters:
  ///   - action: what was tried, e.g. "write the blob 'blob_1'".
  ///   - code: the value of `errno`.
  func system(_ action: String, _ code: Int32) -> StoreError {
    let evidence = "\(String(cString: strerror(code))) (errno \(code))"
    switch code {
    case ENOSPC, EDQUOT, EFBIG, EIO: return full("cannot \(action): \(evidence)")
    case EACCES, EPERM, EROFS:
      return StoreError(
        .failed, "SAM may not \(action); give it the right to write in '\(place)', then try again", evidence: evidence)
    case EMFILE, ENFILE:
      return StoreError(
        .failed, "too many files are open to \(action); raise the limit (ulimit -n), then try again",
        evidence: evidence)
    default:
      return StoreError(.failed, "SAM cannot \(action); repair the cause, then try again", evidence: evidence)
    }
  }
}
