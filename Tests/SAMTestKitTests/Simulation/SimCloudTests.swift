// SPDX-License-Identifier: Apache-2.0
import SAMCore
import SAMTestKit
import Testing

@Suite("Simulated cloud")
struct SimCloudTests {
  @Test("a machine that is made is found, listed, boots, and is billed until it is removed")
  func wholeLife() throws {
    var account = Account(.calm)
    let made = try account.create("a")
    #expect(account.cloud.booted(now: account.now).isEmpty)
    #expect(account.find(made.handle) == .found(made))
    #expect(account.list() == .listed([made]))
    account.now += .seconds(60)
    #expect(account.cloud.booted(now: account.now).map(\.handle) == [made.handle])
    #expect(account.destroy(made.handle) == .destroyed(left: []))
    #expect(account.destroy(made.handle) == .destroyed(left: []))
    #expect(account.find(made.handle) == .found(nil))
    #expect(account.list() == .listed([]))
    #expect(account.cloud.billed(now: account.now).isEmpty)
    #expect(account.cloud.resources.map(\.until) == [account.now])
  }
}
