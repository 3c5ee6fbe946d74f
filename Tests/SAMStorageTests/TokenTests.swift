// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMCore
import SAMStorage
import Testing

@Suite("Access tokens are shown once and kept hashed")
struct TokenTests {
  @Test("a token opens until it is revoked, also after a restart, and is written nowhere")
  func life() async throws {
    let place = try Scratch()
    let store = try SQLiteStore(directory: place.fresh())
    let tokens = TokenStore(store)
    let phone = try await tokens.create(name: "phone", now: Timestamp(milliseconds: 5))
    let laptop = try await tokens.create(name: "laptop", now: Timestamp(milliseconds: 6))
    #expect(phone.token.hasPrefix("sam_"))
    #expect(phone.token.count == 47)
    #expect(phone.token != laptop.token)
    #expect(try await tokens.authenticate(phone.token)?.id == phone.id)
    #expect(try await tokens.authenticate(laptop.token)?.name == "laptop")
    for wrong in ["", "sam_", phone.token + "x", String(phone.token.dropLast()), phone.token.uppercased()] {
      #expect(try await tokens.authenticate(wrong) == nil)
    }
    #expect(try await tokens.revoke(phone.id, now: Timestamp(milliseconds: 9)))
    #expect(try await !tokens.revoke(phone.id))
    #expect(try await tokens.authenticate(phone.token) == nil)
    try store.close()

    let again = TokenStore(try SQLiteStore(directory: store.directory))
    #expect(try await again.authenticate(phone.token) == nil)
    #expect(try await again.authenticate(laptop.token)?.id == laptop.id)
    let list = try await again.list()
    #expect(list.map(\.name) == ["phone", "laptop"])
    #expect(list.map(\.revokedAt) == [Timestamp(milliseconds: 9), nil])
    #expect(list.map(\.createdAt) == [Timestamp(milliseconds: 5), Timestamp(milliseconds: 6)])
    for name in try FileManager.default.contentsOfDirectory(atPath: store.directory) {
      let bytes = try #require(FileManager.default.contents(atPath: "\(store.directory)/\(name)"))
      #expect(bytes.range(of: Data(laptop.token.utf8)) == nil, "the token stands in \(name)")
    }
  }

  @Test("hashes are compared as a whole")
  func hashes() {
    let hash = TokenHash(of: "sam_a")
    #expect(hash.bytes.count == 32)
    #expect(hash.matches(TokenHash(of: "sam_a")))
    for index in [0, 15, 31] {
      var other = hash.bytes
      other[index] ^= 0x80
      #expect(!hash.matches(TokenHash(stored: other)))
    }
    #expect(!hash.matches(TokenHash(stored: Array(hash.bytes.dropLast()))))
    #expect(!hash.matches(TokenHash(stored: [])))
  }
}
