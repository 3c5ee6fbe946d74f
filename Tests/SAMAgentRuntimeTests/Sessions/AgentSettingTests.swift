// SPDX-License-Identifier: Apache-2.0
import SAMACP
import SAMCore
import SAMRPC
import Synchronization
import Testing

@testable import SAMAgentRuntime

/// From modes and options of ACP to settings of SAM's.
@Suite struct AgentSettingTests {
  private let modes = ACP.SessionModeState(
    currentModeID: "ask", availableModes: [.init(id: "ask", name: "Ask"), .init(id: "auto", name: "Auto")])
  private let mode = ACP.SessionConfigOption(
    id: "approval", name: "Approval", type: .select, currentValue: .choice("on"),
    options: [.init(name: "Often", group: "often", options: [.init(name: "On", value: "on")])], category: .mode)

  @Test func anAgentWithModesAloneHasTheSettingMode() {
    let all = AgentSetting.all(modes, [])
    #expect(all.map(\.id) == ["mode"] && all.first?.value == "ask")
    #expect(all.first?.choices.map(\.value) == ["ask", "auto"])
  }

  @Test func anOptionAboutTheModeSupersedesModes() {
    let all = AgentSetting.all(modes, [mode])
    #expect(all.map(\.id) == ["approval"] && all.first?.category == AgentSetting.mode)
    #expect(all.first?.choices.map(\.value) == ["on"], "a group is for the eye")
  }

  @Test(arguments: [("thought_level", "effort"), ("thinking", "effort"), ("model", "model"), ("_mine", "_mine")])
  func categoriesAreInSAMsWords(_ category: String, _ ours: String) {
    let option = ACP.SessionConfigOption(
      id: "x", name: "X", type: .select, currentValue: .choice("a"), options: [], category: .init(rawValue: category))
    #expect(AgentSetting.all(nil, [option]).first?.category == ours)
  }

  @Test func whatIsOnOrOffIsAToggleAndWhatIsNeitherIsLeftOut() {
    let web = ACP.SessionConfigOption(id: "web", name: "Web", type: .boolean, currentValue: .boolean(true))
    let odd = ACP.SessionConfigOption(id: "odd", name: "Odd", type: "number", currentValue: .other(7))
    let all = AgentSetting.all(nil, [web, odd])
    #expect(all.map(\.id) == ["web"] && all.first?.kind == .toggle && all.first?.value == "on")
    #expect(all.first?.choices.map(\.value) == ["on", "off"])
  }

  @Test func ofThousandsOfModelsSomeHundredsAreKept() {
    let models = (1...2000).map { ACP.SessionConfigChoice(name: String(repeating: "n", count: 500), value: "m\($0)") }
    let option = ACP.SessionConfigOption(
      id: "model", name: "Model", type: .select, currentValue: .choice("m1"), options: models, category: .model)
    let all = AgentSetting.all(nil, [option, mode])
    #expect(all.map(\.choices.count) == [500, 0] && all[0].choices[0].name.count == 200)
  }

  @Test func whatTheAgentSaysWhileItIsSetIsToldWhenThatIsDoneAndOnce() {
    let told = Told()
    let settings = ConversationSettings(AgentLaunch(command: "a")) { told.add($0) }
    #expect(settings.take(.configOptions(.init(configOptions: [mode]))))
    #expect(told.all.isEmpty)
    settings.settle()
    settings.settle()
    #expect(told.all.map { $0.map(\.value) } == [["on"]])
    #expect(settings.take(.currentMode(.init(currentModeID: "off"))))
    #expect(told.all.last?.map(\.value) == ["off"])
    #expect(!settings.take(.plan(.init(entries: []))))
  }
}

private final class Told: Sendable {
  private let list = Mutex<[[AgentSetting]]>([])
  var all: [[AgentSetting]] { list.withLock { $0 } }
  func add(_ settings: [AgentSetting]) { list.withLock { $0.append(settings) } }
}
