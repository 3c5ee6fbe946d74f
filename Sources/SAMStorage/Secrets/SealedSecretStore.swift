// SPDX-License-Identifier: Apache-2.0
internal import Crypto
internal import Foundation
public import SAMCore

/// Keeps secrets sealed with AES-GCM, each record with a key of its own, bound to its name and key version.
///
/// They lie in a file (`secrets.json`, mode 0600) and not in the database: a copy of the database, for a bug report
/// or a replica, then holds no secret, not even a sealed one. The file is replaced whole, atomically and synced.
public actor SealedSecretStore: SecretStore {
  private struct Record: Codable {
    var id: SecretID
    var keyVersion: Int
    /// Nonce, ciphertext and tag.
    var sealed: Data
  }

  private struct File: Codable {
    var version = 1
    var records: [String: Record] = [:]
  }

  private static let keyVersion = 1
  private static let fileName = "secrets.json"

  private let directory: String
  private let fault: StorageFault
  /// Nil before the first secret: a key that nothing is sealed with need not be waited for at a first start.
  private var key: MasterKey?
  private let ids: IDSource
  private let now: @Sendable () -> Timestamp
  private var file: File

  /// Opens the secrets of a data directory, and makes the directory when it is missing. The first secret makes
  /// `master.key`.
  /// - Parameters:
  ///   - directory: the data directory; one process uses it at a time.
  ///   - ids: makes the ids of records.
  ///   - now: what time it is.
  /// - Throws: ``StoreError`` when others may read the key, when it is missing although there are secrets, or when
  ///   the file cannot be read.
  public init(
    directory: String, ids: IDSource = IDSource(), now: @escaping @Sendable () -> Timestamp = { .current }
  ) throws {
    fault = StorageFault(place: directory)
    self.directory = directory
    self.ids = ids
    self.now = now
    try DurableFile.makeDirectory(directory, fault: fault)
    file = File()
    if let bytes = try DurableFile.read("\(directory)/\(Self.fileName)", fault: fault) {
      do {
        file = try JSONDecoder().decode(File.self, from: Data(bytes))
      } catch {
        throw fault.corrupt("'\(directory)/\(Self.fileName)'", "\(error)")
      }
      guard file.version == 1 else {
        throw StoreError(
          .newerSchema, "'\(directory)/\(Self.fileName)' was written by a newer SAM; install that version again",
          evidence: "version \(file.version)")
      }
    }
    key = try MasterKey.read(directory: directory, fault: fault)
    // Another key would not open what is sealed.
    if key == nil, !file.records.isEmpty {
      throw StoreError(
        .corrupt,
        "the key '\(directory)/master.key' is missing, and without it the stored secrets cannot be opened; restore it "
          + "from the backup, or remove '\(directory)/\(Self.fileName)' and enter the secrets again")
    }
  }

  /// Seals a value under a name, replacing an earlier one.
  public func set(_ name: String, to value: String) async throws { _ = try seal(value, under: name) }

  private func seal(_ value: String, under name: String) throws -> SecretID {
    // A new id with each value means a new key with each value, and no nonce is ever used twice under one.
    let id = ids.next(SecretID.self, now: now())
    let key = try self.key ?? MasterKey.readOrMake(directory: directory, fault: fault)
    self.key = key
    let box: AES.GCM.SealedBox
    do {
      box = try AES.GCM.seal(
        Data(value.utf8), using: key.derived(for: id), authenticating: Self.context(name, Self.keyVersion))
    } catch {
      throw StoreError(.failed, "the secret '\(name)' cannot be sealed; report this", evidence: "\(error)")
    }
    guard let sealed = box.combined else {
      throw StoreError(.failed, "the secret '\(name)' cannot be sealed; report this")
    }
    var next = file
    next.records[name] = Record(id: id, keyVersion: Self.keyVersion, sealed: sealed)
    try replace(next)
    return id
  }

  /// The value, or nil.
  /// - Throws: ``StoreError`` with `storage_corrupt` when the record, its name or the key is not the one that sealed it.
  public func get(_ name: String) async throws -> String? { try open(name)?.value }

  /// Compares what somebody has of a secret with its value, and keeps it when it was made of that.
  public func compare(_ name: String, known: SecretID?, value: String?) async throws -> LoginAnswer? {
    guard let current = try open(name) else {
      // One that was there and is not any more was removed by a person, and stays so.
      guard known == nil, let value else { return nil }
      return .current(try seal(value, under: name))
    }
    if let value, value == current.value { return .current(current.id) }
    guard known == current.id else { return .newer(current.id, value: current.value) }
    return .current(try value.map { try seal($0, under: name) } ?? current.id)
  }

  private func open(_ name: String) throws -> (id: SecretID, value: String)? {
    guard let record = file.records[name], let key else { return nil }
    do {
      let box = try AES.GCM.SealedBox(combined: record.sealed)
      let value = try AES.GCM.open(
        box, using: key.derived(for: record.id), authenticating: Self.context(name, record.keyVersion))
      return (record.id, String(decoding: value, as: UTF8.self))
    } catch {
      throw StoreError(
        .corrupt,
        "the secret '\(name)' cannot be opened: it or 'master.key' in '\(directory)' is not what it was; "
          + "restore both from one backup, or enter the secret again",
        evidence: "\(error)")
    }
  }

  /// Forgets a value.
  public func remove(_ name: String) async throws {
    guard file.records[name] != nil else { return }
    var next = file
    next.records[name] = nil
    try replace(next)
  }

  /// The names, sorted.
  public func names() async throws -> [String] { file.records.keys.sorted() }

  /// What a sealed value is bound to: moved under another name, it does not open.
  private static func context(_ name: String, _ keyVersion: Int) -> Data { Data("\(keyVersion)|\(name)".utf8) }

  private func replace(_ next: File) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try DurableFile.write(
      [Array(try encoder.encode(next))], to: directory, name: Self.fileName, fault: fault)
    file = next
  }
}
