// SPDX-License-Identifier: Apache-2.0

/// Turns a command into changes: the one place where deduplication, decision and answer meet.
///
/// It is a pure function over a ``StoreReader``; ``Orchestrator`` runs it inside the store's transactions, a simulator
/// inside its own.
public struct Engine: Sendable {
  /// Where new ids come from.
  public let ids: IDSource

  /// - Parameter ids: where new ids come from.
  public init(ids: IDSource) { self.ids = ids }

  /// Decides one command.
  /// - Throws: ``Rejection`` when it is refused, also when its id was used for another command.
  public func decide<C: Command>(
    _ command: C, context: CommandContext, reader: any StoreReader
  ) throws -> (Changes, C.Answer) {
    var stored: StoredAnswer?
    if let id = context.id {
      let key = CommandKey(actor: context.actor, id: id)
      let digest = Digest.hex(C.name, try StateCoding.encode(command))
      if let earlier = try reader.answer(key) {
        guard earlier.digest == digest else {
          throw Rejection(
            .idReused, "the id '\(id)' was used for another request; make a new id for a new request")
        }
        return (Changes(), try StateCoding.decode(C.Answer.self, from: earlier.body))
      }
      stored = StoredAnswer(key: key, digest: digest, body: [], at: context.now)
    }
    var decision = Decision(reader: reader, context: context, ids: ids)
    let answer = try command.decide(in: &decision)
    var changes = try decision.changes()
    if var stored {
      stored.body = try StateCoding.encode(answer)
      changes.answer = stored
    }
    return (changes, answer)
  }
}

/// A short digest that tells two requests apart. It guards against mistakes, not against an attacker.
enum Digest {
  /// FNV-1a over 128 bits (http://www.isthe.com/chongo/tech/comp/fnv), in hexadecimal, after the name.
  static func hex(_ name: String, _ bytes: [UInt8]) -> String {
    var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
    for byte in bytes {
      hash ^= UInt128(byte)
      hash = hash &* 0x0000_0000_0100_0000_0000_0000_0000_013b
    }
    return "\(name) \(String(hash, radix: 16))"
  }
}
