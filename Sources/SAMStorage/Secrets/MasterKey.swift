// SPDX-License-Identifier: Apache-2.0
internal import Crypto
internal import Glibc
internal import SAMCore

/// The key under which all secrets of an installation are sealed: 32 bytes in a file of their own.
struct MasterKey: Sendable {
  private static let length = 32
  private let key: SymmetricKey

  /// Reads the key, or makes it where there is none yet.
  /// - Parameters:
  ///   - directory: where `master.key` lies.
  ///   - mayCreate: whether a missing key is made; where sealed values exist, another key would not open them.
  /// - Throws: ``StoreError`` when the file can be read by others, or is no key.
  init(directory: String, mayCreate: Bool, fault: StorageFault) throws {
    let path = "\(directory)/master.key"
    if try !Self.exists(path, fault: fault) {
      guard mayCreate else {
        throw StoreError(
          .corrupt,
          "the key '\(path)' is missing, and without it the stored secrets cannot be opened; restore it from the "
            + "backup, or remove '\(directory)/secrets.json' and enter the secrets again")
      }
      let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
      try DurableFile.write([bytes], to: directory, name: "master.key", exclusively: true, fault: fault)
    }
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
