// SPDX-License-Identifier: Apache-2.0
internal import Crypto
internal import Glibc
internal import SAMCore

/// The key under which all secrets of an installation are sealed: 32 bytes in a file of their own.
struct MasterKey: Sendable {
  private static let length = 32
  private let key: SymmetricKey

  private static let fileName = "master.key"

  /// Reads the key.
  /// - Parameter directory: where `master.key` lies.
  /// - Returns: nil when there is none.
  /// - Throws: ``StoreError`` when the file can be read by others, or is no key.
  static func read(directory: String, fault: StorageFault) throws -> MasterKey? {
    guard try exists("\(directory)/\(fileName)", fault: fault) else { return nil }
    return try MasterKey(directory: directory, fault: fault)
  }

  /// Reads the key, or makes it, durably, where there is none yet.
  static func readOrMake(directory: String, fault: StorageFault) throws -> MasterKey {
    if let key = try read(directory: directory, fault: fault) { return key }
    let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    try DurableFile.write([bytes], to: directory, name: fileName, exclusively: true, fault: fault)
    return try MasterKey(directory: directory, fault: fault)
  }

  private init(directory: String, fault: StorageFault) throws {
    let path = "\(directory)/\(Self.fileName)"
    guard let bytes = try DurableFile.read(path, fault: fault), bytes.count == Self.length else {
      throw fault.corrupt("the key '\(path)'", "it is not \(Self.length) bytes long")
    }
    key = SymmetricKey(data: bytes)
  }

  /// The key of one record: who learns it learns nothing about another's.
  func derived(for record: SecretID) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: key, salt: Array(record.rawValue.utf8), info: Array("sam secret".utf8),
      outputByteCount: Self.length)
  }

  /// Whether the file is there; refuses one that others may read or write.
  private static func exists(_ path: String, fault: StorageFault) throws -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return false }
      throw fault.system("look at '\(path)'", errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw StoreError(.failed, "'\(path)' is not a plain file; put the key itself there")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw StoreError(
        .failed,
        "others may read the key '\(path)'; run: chmod 600 '\(path)' (and replace the secrets if somebody did)",
        evidence: "mode \(String(status.st_mode & 0o777, radix: 8))")
    }
    return true
  }
}
