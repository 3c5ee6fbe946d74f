// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import Testing

/// Power fails after every single action of one prompt with an approval, and everything is run to its end.
@Suite struct HostCrashPointTests {
  /// An agent, and what it lets one know after a crash.
  struct Case: CustomTestStringConvertible, Sendable {
    var loads: Bool
    var echoes: Bool
    var loss: HostModel.Loss
    var testDescription: String {
      "\(loads ? "loads" : "cannot load"), \(echoes ? "echoes" : "no echo"), loss: \(loss)"
    }
  }
  static let cases: [Case] = HostModel.Loss.allCases.flatMap { loss in
    [
      Case(loads: true, echoes: true, loss: loss), Case(loads: true, echoes: false, loss: loss),
      Case(loads: false, echoes: true, loss: loss), Case(loads: false, echoes: false, loss: loss),
    ]
  }
  static let turn = TurnID(trusted: "turn_1")

  private func model(_ agent: Case) -> HostModel {
    var model = HostModel()
    model.agent.loads = agent.loads
    model.plane.launch.echoesPrompts = agent.echoes
    model.loss = agent.loss
    model.plane.want(.deliver(Self.turn, text: "Write it"))
    return model
  }

  /// How the turn has to end, from what the crash left: the journal and the agent's own history.
  private func expected(_ agent: Case, _ survived: [JournalRecord], _ taken: Bool) -> String {
    var inbox = PromptInbox()
    for record in survived { inbox.apply(record) }
    switch inbox[Self.turn]?.state {
    case .handing: return agent.loads && agent.echoes && taken ? "interrupted" : "ambiguous"
    case .evident: return "interrupted"
    default: return "finished"
    }
  }

  @Test("No prompt is lost or repeated, whatever the action after which power fails", arguments: cases)
  func everyCrashPoint(_ agent: Case) {
    var undisturbed = model(agent)
    let came = undisturbed.run()
    #expect(came)
    let flaws = undisturbed.check([Self.turn], atRest: true)
    #expect(flaws == [])
    #expect(undisturbed.plane.text(of: Self.turn) == "Hello done")
    var (lost, repeated, ambiguous) = (0, 0, 0)
    for point in 1...undisturbed.points {
      var model = model(agent)
      model.crashAt = point
      let came = model.run()
      #expect(came, "crash point \(point) does not come to rest")
      #expect(model.crashes == 1)
      let wrong = model.check([Self.turn], atRest: true)
      #expect(wrong == [], "crash point \(point)")
      let taken = model.agent.histories.values.contains { $0.contains("Write it") }
      if model.agent.handed[Self.turn, default: 0] > 1 { repeated += 1 }
      guard let end = model.plane.ends(of: Self.turn).first else {
        lost += 1
        continue
      }
      #expect(name(end) == expected(agent, model.survived, taken), "crash point \(point)")
      if case .ambiguous = end { ambiguous += 1 }
    }
    print(
      "\(undisturbed.points) crash points: \(lost) lost, \(repeated) repeated, \(ambiguous) ambiguous",
      "(\(agent.testDescription))")
    #expect(lost == 0 && repeated == 0)
    #expect(ambiguous > 0, "power fails between the hand-over and the first word at least once")
  }

  private func name(_ end: TurnEnd) -> String {
    switch end {
    case .finished: "finished"
    case .failed: "failed"
    case .interrupted: "interrupted"
    case .ambiguous: "ambiguous"
    case .cancelled: "cancelled"
    }
  }
}
