// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMCore
import SAMStorage
import Testing

@Suite("Blobs are whole or absent")
struct BlobTests {
  private func code(_ work: () async throws -> Void) async -> StoreError.Code? {
    do {
      try await work()
      return nil
    } catch {
      return (error as? StoreError)?.code
    }
  }

  @Test("content comes back, also after reopening", arguments: [0, 1, 4096, 3_000_000])
  func roundTrip(_ length: Int) async throws {
    let place = try Scratch()
    let blobs = try FileBlobStore(directory: place.fresh())
    let content = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let id = BlobID(trusted: "blob_01J")
    #expect(try await blobs.get(id) == nil)
    try await blobs.put(content, id: id)
    #expect(try await FileBlobStore(directory: blobs.directory).get(id) == content)
    try await blobs.put([7], id: id)
    #expect(try await blobs.get(id) == [7])
    try await blobs.remove(id)
    try await blobs.remove(id)
    #expect(try await blobs.get(id) == nil)
  }

  @Test("damage is noticed", arguments: ["flipped", "cut", "empty", "header"])
  func damage(_ kind: String) async throws {
    let place = try Scratch()
    let blobs = try FileBlobStore(directory: place.fresh())
    let id = BlobID(trusted: "blob_01J")
    try await blobs.put(Array("precious".utf8), id: id)
    let path = "\(blobs.directory)/blob_01J"
    var bytes = try #require(FileManager.default.contents(atPath: path))
    switch kind {
    case "flipped": bytes[bytes.count - 1] ^= 1
    case "cut": bytes.removeLast()
    case "empty": bytes = Data()
    default: bytes[0] ^= 1
    }
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(await code { _ = try await blobs.get(id) } == .corrupt)
  }

  @Test(
    "an id cannot name a file elsewhere", arguments: ["blob_../x", "../lock", "blob_a/b", "", "blob_", "blob_\u{0}"])
  func escape(_ id: String) async throws {
    let place = try Scratch()
    let blobs = try FileBlobStore(directory: place.fresh())
    let bad = BlobID(trusted: id)
    #expect(await code { try await blobs.put([1], id: bad) } == .failed)
    #expect(await code { _ = try await blobs.get(bad) } == .failed)
    #expect(await code { try await blobs.remove(bad) } == .failed)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: place.path).count == 1)
  }

  @Test("a link in the place of a blob is not followed")
  func link() async throws {
    let place = try Scratch()
    let blobs = try FileBlobStore(directory: place.fresh())
    let target = place.fresh("outside")
    _ = FileManager.default.createFile(atPath: target, contents: Data("secret".utf8))
    try FileManager.default.createSymbolicLink(atPath: "\(blobs.directory)/blob_a", withDestinationPath: target)
    #expect(await code { _ = try await blobs.get(BlobID(trusted: "blob_a")) } == .failed)
    try await blobs.put([1], id: BlobID(trusted: "blob_a"))
    #expect(FileManager.default.contents(atPath: target) == Data("secret".utf8))
  }

  @Test("what a crash left unfinished is gone after opening; only the owner may look")
  func unfinished() async throws {
    let place = try Scratch()
    let directory = place.fresh()
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    _ = FileManager.default.createFile(atPath: "\(directory)/.unfinished-1", contents: Data(count: 9))
    let blobs = try FileBlobStore(directory: directory)
    try await blobs.put([1], id: BlobID(trusted: "blob_a"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["blob_a"])
    let mode = try FileManager.default.attributesOfItem(atPath: directory)[.posixPermissions] as? Int
    #expect(mode == 0o700)
  }
}
