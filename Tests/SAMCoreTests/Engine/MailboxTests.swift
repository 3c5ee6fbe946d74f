// SPDX-License-Identifier: Apache-2.0
import SAMCore
import Testing

/// First in, first out, one consumer; closing and cancelling end the waiting.
@Suite(.timeLimit(.minutes(1))) struct MailboxTests {
  @Test("Elements come out in the order in which they were posted, from many who post at once")
  func order() async {
    let mailbox = Mailbox<(Int, Int)>()
    let received = await withTaskGroup(of: Void.self) { group in
      for poster in 0..<4 {
        group.addTask { for number in 0..<500 { mailbox.post((poster, number)) } }
      }
      var received: [(Int, Int)] = []
      while received.count < 2000 { received += await mailbox.next() }
      return received
    }
    for poster in 0..<4 { #expect(received.filter { $0.0 == poster }.map(\.1) == Array(0..<500)) }
  }

  @Test("After closing, what is left comes out, then nothing; what is posted is refused")
  func close() async {
    let mailbox = Mailbox<Int>()
    mailbox.post(1)
    mailbox.post(2)
    mailbox.close()
    #expect(!mailbox.post(3))
    #expect(await mailbox.next() == [1, 2])
    #expect(await mailbox.next() == [])
  }

  @Test("Closing wakes who waits")
  func closeWakes() async {
    let mailbox = Mailbox<Int>()
    async let batch = mailbox.next()
    await Task.yield()
    mailbox.close()
    #expect(await batch == [])
  }

  @Test("Cancelling the consumer wakes it, at whatever moment")
  func cancel() async {
    for yields in 0..<50 {
      let mailbox = Mailbox<Int>()
      await withTaskGroup(of: [Int].self) { group in
        group.addTask { await mailbox.next() }
        for _ in 0..<yields { await Task.yield() }
        group.cancelAll()
        #expect(await group.next() == [])
      }
      #expect(!mailbox.post(1), "nobody will read it any more")
    }
  }

  @Test("It closes when it is empty, and not when something waits in it")
  func closeIfEmpty() async {
    let mailbox = Mailbox<Int>()
    mailbox.post(1)
    #expect(!mailbox.closeIfEmpty())
    #expect(await mailbox.next() == [1])
    #expect(mailbox.closeIfEmpty())
    #expect(!mailbox.post(2))
  }
}
