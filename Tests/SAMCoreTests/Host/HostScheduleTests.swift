// SPDX-License-Identifier: Apache-2.0
import SAMCore
import Testing

/// Many prompts, crashes, dying agents and a bad link, in an order drawn from a seed.
@Suite struct HostScheduleTests {
  static let texts = ["go on", "go on ", "fix the test", "explain"]

  /// One run with faults, then without, to its end.
  private func run(_ seed: UInt64) -> (model: HostModel, prompts: [TurnID], came: Bool) {
    var chance = SeededGenerator(seed: seed &* 77 &+ 5)
    var model = HostModel(seed: seed)
    model.loss = .random
    model.agent.loads = !chance.oneIn(4)
    model.agent.obeysCancel = !chance.oneIn(4)
    model.plane.launch.echoesPrompts = !chance.oneIn(4)
    if chance.oneIn(3) {
      model.agent.script = [.take, .echo, .chunk("a"), .tool("t"), .ask, .chunk("b"), .finish("end_turn")]
    }
    model.faults = .init(crash: 60, loseBatch: 9, loseAcknowledgement: 9, agentDies: 40)
    var prompts: [TurnID] = []
    for number in 1...6 {
      let turn = TurnID(trusted: "turn_\(number)")
      prompts.append(turn)
      let text = Self.texts.randomElement(using: &chance) ?? ""
      let cancelFirst = chance.oneIn(8)
      if cancelFirst { model.plane.want(.cancel(turn)) }
      model.plane.want(.deliver(turn, text: text))
      for _ in 0..<Int.random(in: 0...60, using: &chance) { _ = model.step() }
      if !cancelFirst, chance.oneIn(4) { model.plane.want(.cancel(turn)) }
      if chance.oneIn(20) { model.plane.want(.end) }
    }
    for _ in 0..<200 { _ = model.step() }
    model.faults = .init()
    return (model, prompts, model.run())
  }

  @Test("After faults stop, every accepted prompt has ended once, and none was handed over twice")
  func schedules() {
    var crashes = 0
    var ends: [String: Int] = [:]
    for seed in UInt64(1)...400 {
      let (model, prompts, came) = run(seed)
      #expect(came, "seed \(seed) does not come to rest")
      let wrong = model.check(prompts, atRest: true)
      #expect(wrong == [], "seed \(seed)")
      crashes += model.crashes
      for turn in prompts {
        for end in model.plane.ends(of: turn) {
          ends[String("\(end)".prefix { $0 != "(" }), default: 0] += 1
        }
      }
    }
    print("400 schedules, \(crashes) crashes: \(ends.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })")
    #expect(Set(ends.keys) == ["finished", "failed", "interrupted", "ambiguous", "cancelled"], "every end is reached")
  }
}
