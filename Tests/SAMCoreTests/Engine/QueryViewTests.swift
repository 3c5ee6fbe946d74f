// SPDX-License-Identifier: Apache-2.0
@testable import SAMCore
import SAMTestKit
import Testing

/// A decision sees what it has changed itself.
@Suite struct QueryViewTests {
  @Test("A query finds what this decision made, and no more what it changed")
  func ownChanges() throws {
    var world = World()
    for name in ["one", "two", "three"] { try world.perform(AddProject(name: name, repository: "/srv/\(name)")) }
    let all = try world.all(Project.self).map(\.id)
    let context = CommandContext(actor: .owner, now: world.now)
    try world.read { reader in
      var decision = Decision(reader: reader, context: context, ids: world.engine.ids)
      let active = StateQuery(Project.kind, statuses: ["active"])
      #expect(try decision.all(Project.self, active).map(\.id) == all)
      try decision.record(.removed, on: all[1], as: Project.self)
      #expect(try decision.all(Project.self, active).map(\.id) == [all[0], all[2]])
      let new: ProjectID = decision.newID()
      let owner = UserID(trusted: "user_owner")
      try decision.record(
        .added(name: "four", repository: "/srv/4", defaultBranch: nil, owner: owner), on: new, as: Project.self)
      #expect(try decision.all(Project.self, active).map(\.id) == [all[0], all[2], new])
      #expect(try decision.all(Project.self, StateQuery(Project.kind, name: "four")).map(\.id) == [new])
      let newest = StateQuery(Project.kind, statuses: ["active"], descending: true, limit: 2)
      #expect(try decision.all(Project.self, newest).map(\.id) == [new, all[2]])
      let later = StateQuery(Project.kind, statuses: ["active"], after: all[2].rawValue)
      #expect(try decision.all(Project.self, later).map(\.id) == [new])
      let two = StateQuery(Project.kind, statuses: ["active"], limit: 2)
      #expect(
        try decision.all(Project.self, two).map(\.id) == [all[0], all[2]], "the limit is filled in spite of the change")
    }
  }
}
