// SPDX-License-Identifier: Apache-2.0
internal import Crypto
internal import Dispatch
internal import Glibc
public import SAMCore

/// Keeps blobs as files of one directory: each whole or absent after a crash, and checked when it is read.
///
/// A file is eight bytes that name the format, the SHA-256 of the content, and the content.
public final class FileBlobStore: BlobStore {
  private static let format = Array("SAMBLOB1".utf8)
  private static let headerLength = format.count + SHA256.byteCount

  /// The directory.
  public let directory: String
  private let fault: StorageFault
  /// Syncing takes milliseconds; the threads on which tasks run must not wait for it.
  private let queue = DispatchQueue(label: "sam.blobs", attributes: .concurrent)

  /// Opens the blobs of a directory, makes it when it is missing, and removes what a crash has left unfinished.
  /// - Parameter directory: only its owner may look into it (mode 0700, set again when it was wider). One process
  ///   uses it at a time: put it into the data directory of a `SQLiteStore`, which sees to that.
  /// - Throws: ``StoreError``.
  public init(directory: String) throws {
    fault = StorageFault(place: directory)
    self.directory = directory
    try DurableFile.makeDirectory(directory, fault: fault)
    guard chmod(directory, 0o700) == 0 else { throw fault.system("set the permissions of '\(directory)'", errno) }
    try DurableFile.removeUnfinished(in: directory, fault: fault)
  }

  /// Keeps content durably and names it; an earlier content of that name is replaced.
  public func put(_ content: [UInt8], id: BlobID) async throws {
    let name = try fileName(id)
    try await offload { [self] in
      let digest = Array(SHA256.hash(data: content))
      try DurableFile.write([Self.format, digest, content], to: directory, name: name, fault: fault)
    }
  }

  /// The content, or nil.
  /// - Throws: ``StoreError`` with `storage_corrupt` when it is not what was put.
  public func get(_ id: BlobID) async throws -> [UInt8]? {
    let name = try fileName(id)
    return try await offload { [self] in
      guard let file = try DurableFile.read("\(directory)/\(name)", fault: fault) else { return nil }
      guard file.count >= Self.headerLength, file.starts(with: Self.format) else {
        throw fault.corrupt("the blob '\(id)'", "\(file.count) bytes without a header")
      }
      let content = Array(file[Self.headerLength...])
      guard file[Self.format.count..<Self.headerLength].elementsEqual(SHA256.hash(data: content)) else {
        throw fault.corrupt("the blob '\(id)'", "its content does not have its digest")
      }
      return content
    }
  }

  /// Forgets content; forgetting what is not there is fine.
  public func remove(_ id: BlobID) async throws {
    let name = try fileName(id)
    try await offload { [self] in
      guard unlink("\(directory)/\(name)") == 0 else {
        let code = errno
        if code == ENOENT { return }
        throw fault.system("remove the blob '\(id)'", code)
      }
      try DurableFile.syncDirectory(directory, fault: fault)
    }
  }

  /// An id that was not checked when it was made could name a file elsewhere.
  private func fileName(_ id: BlobID) throws -> String {
    guard let checked = BlobID(rawValue: id.rawValue) else {
      throw StoreError(.failed, "'\(id.rawValue)' is no blob's id; use one that SAM has given out")
    }
    return checked.rawValue
  }

  private func offload<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result(catching: work)) }
    }
  }
}
