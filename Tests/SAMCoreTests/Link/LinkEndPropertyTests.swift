// SPDX-License-Identifier: Apache-2.0
import SAMCore
import Testing

/// Two ends under any order of calls, answers and frames, and a pipe that may break anywhere.
@Suite("The end of a link, under chance")
struct LinkEndPropertyTests {
  private struct Walk {
    var pair: LinkPair
    var chance: SeededGenerator
    var asked = 0
    var forgotten: Set<Int> = []
    var toServe: (node: [Int64], plane: [Int64]) = ([], [])
    var seen = (plane: 0, node: 0)
    var calls: [Int64: String] = [:]

    init(seed: UInt64) {
      chance = SeededGenerator(seed: seed)
      pair = LinkPair(limits: LinkLimits(unanswered: 1 + Int(seed % 5)))
    }

    mutating func below(_ bound: Int) -> Int { Int(chance.next() % UInt64(bound)) }

    mutating func step() {
      switch below(12) {
      case 0...2:
        asked += 1
        pair.plane(.call(asked, "\(asked)"))
      case 3: pair.node(.call(0, asked))
      case 4...6: if !pair.down.isEmpty { pair.node(.received(pair.down.removeFirst())) }
      case 7...8: if !pair.up.isEmpty { pair.plane(.received(pair.up.removeFirst())) }
      case 9: answer()
      case 10:
        pair.wait(below(12))
        pair.now.wall = Timestamp(milliseconds: Int64(below(1_000_000)) * 1_000 - 500_000_000)
        pair.plane(.tick)
        pair.node(.tick)
      default:
        guard asked > 0, below(4) == 0 else { return }
        let token = 1 + below(asked)
        forgotten.insert(token)
        pair.plane(.forget(token))
      }
      note()
    }

    mutating func note() {
      for action in pair.nodeActions[seen.node...] {
        guard case .serve(let id, let call) = action else { continue }
        #expect(calls.updateValue(call, forKey: id) == nil, "call \(id) is served twice")
        toServe.node.append(id)
      }
      for case .serve(let id, _) in pair.planeActions[seen.plane...] { toServe.plane.append(id) }
      seen = (pair.planeActions.count, pair.nodeActions.count)
    }

    mutating func answer() {
      if !toServe.node.isEmpty {
        let id = toServe.node.remove(at: below(toServe.node.count))
        pair.node(.answer(id, .given(Int(calls[id] ?? "") ?? -1)))
      }
      if !toServe.plane.isEmpty {
        pair.plane(.answer(toServe.plane.remove(at: below(toServe.plane.count)), .given("ok")))
      }
    }

    /// The pipe breaks: of what was on its way a beginning may arrive, and each side notices when it does.
    mutating func cut() {
      pair.down = Array(pair.down.prefix(below(pair.down.count + 1)))
      pair.up = Array(pair.up.prefix(below(pair.up.count + 1)))
      for signal in pair.down { pair.node(.received(signal)) }
      note()
      // What the node says now reaches nobody.
      let left = pair.up
      pair.node(.lost(reason: "cut"))
      for signal in left { pair.plane(.received(signal)) }
      pair.plane(.lost(reason: "cut"))
      pair.up = []
      pair.down = []
      note()
    }
  }

  @Test("Every call is answered or failed exactly once", arguments: 1...300 as ClosedRange<UInt64>)
  func exactlyOnce(seed: UInt64) {
    var walk = Walk(seed: seed)
    for _ in 0..<(20 + walk.below(400)) { walk.step() }
    if walk.below(2) == 0 || walk.pair.plane.isClosed || walk.pair.node.isClosed {
      walk.cut()
    } else {
      // Nothing breaks: all answers come.
      for _ in 0..<2_000 {
        walk.pair.settle()
        walk.note()
        walk.answer()
      }
      #expect(walk.pair.told.values.joined().allSatisfy { !$0.isAway }, "seed \(seed)")
    }
    let told = walk.pair.told
    for token in 1...max(1, walk.asked) where walk.asked > 0 {
      let answers = told[token] ?? []
      #expect(answers.count == 1 || (answers.isEmpty && walk.forgotten.contains(token)), "seed \(seed), call \(token)")
      for case .given(let value) in answers { #expect(value == token, "seed \(seed)") }
    }
    #expect(walk.pair.plane.repeated == 0 && walk.pair.node.repeated == 0, "seed \(seed)")
  }
}
