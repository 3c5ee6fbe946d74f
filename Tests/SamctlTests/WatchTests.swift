// SPDX-License-Identifier: Apache-2.0
import SAMAPI
import SAMCore
import Testing

@testable import samctl

@Suite struct WatchTests {
  static let person = Watch.Mode(isInteractive: true)
  static let script = Watch.Mode(isInteractive: false)

  static func watch(_ mode: Watch.Mode) throws -> Watch {
    var watch = Watch(task: try Samples.task(), session: Samples.session, mode: mode, style: .plain)
    #expect(watch.on(.live) == [.readTask])
    return watch
  }

  /// A watch at the moment when the agent's question is open.
  static func asked(_ mode: Watch.Mode) throws -> (Watch, [Watch.Action]) {
    var watch = try watch(mode)
    let shown = watch.on(.entry(Samples.item(Samples.approval(.asked))))
    #expect(shown.last == .readTask, "the task's state decides whether a person is waited for")
    let actions = watch.on(.task(try Samples.task(.waiting(.approval(Samples.approval)))))
    return (watch, actions)
  }

  @Test func theEndOfTheTaskIsTheEndOfTheWatch() throws {
    let ends: [(SAMTask.Event, EndStatus)] = [
      (.completed(TaskResult()), .completed), (.failed(reason: "x"), .failed), (.cancelled, .cancelled),
    ]
    for (event, status) in ends {
      var watch = try Self.watch(Self.script)
      #expect(watch.on(.task(try Samples.task())) == [])
      #expect(watch.on(.task(try Samples.task(event))) == [.finish(status)])
      #expect(watch.on(.task(try Samples.task(event))) == [], "it ends once")
    }
  }

  @Test func entriesThatMayMoveTheTaskMakeItLooked() throws {
    let moving: [EntryBody] = [
      .turn(TurnNote(state: .finished)), .work(WorkNote(branch: "b", commits: [], pushed: true)),
      .notice(Notice(.error, "x")), Samples.approval(.void),
    ]
    for body in moving {
      var watch = try Self.watch(Self.script)
      #expect(watch.on(.entry(Samples.item(body))).contains(.readTask))
    }
    var watch = try Self.watch(Self.script)
    #expect(watch.on(.entry(Samples.item(.agent(TextBlock("hi"))))) == [.write("hi")])
    #expect(watch.cursor == Cursor(session: Samples.session, seq: 1))
  }

  @Test func aHumanIsAskedANumberAndItIsSent() throws {
    var (watch, actions) = try Self.asked(Self.person)
    #expect(actions == [.write("Your answer (1-3): ")])
    #expect(
      watch.on(.line("7"))
        == [.write("Type a number from 1 to 3, an option's id, 'allow' or 'reject'.\n"), .write("Your answer (1-3): ")])
    #expect(watch.on(.line("3")) == [.answer(Samples.approval, option: "no")])
    #expect(watch.on(.task(try Samples.task(.waiting(.approval(Samples.approval))))) == [], "it is not asked again")
    #expect(watch.on(.line("1")) == [], "nothing is asked any more")
  }

  @Test func anAnswerFromElsewhereTakesTheQuestionAway() throws {
    var (watch, _) = try Self.asked(Self.person)
    let actions = watch.on(.entry(Samples.item(Samples.approval(.answered, chosen: "yes"), seq: 2)))
    #expect(actions == [.write("\n"), .write("✓ Answered: Allow once (by user_1)\n"), .readTask])
    #expect(watch.on(.line("1")) == [])
  }

  @Test func textThatComesWhileAQuestionIsOpenMovesTheQuestionDown() throws {
    var (watch, _) = try Self.asked(Self.person)
    let actions = watch.on(.entry(Samples.item(.agent(TextBlock("Meanwhile")), seq: 2)))
    guard case .write(let question) = actions.last else {
      Issue.record("\(actions)")
      return
    }
    #expect(actions.prefix(2) == [.write("\n"), .write("\nMeanwhile")])
    #expect(question.hasPrefix("\n? May the agent do this: Run make"), "the question is repeated below")
    #expect(question.hasSuffix("Your answer (1-3): "))
  }

  @Test func anAnswerThatDidNotArriveMayBeGivenAgain() throws {
    var (watch, _) = try Self.asked(Self.person)
    _ = watch.on(.line("1"))
    #expect(watch.on(.answerFailed(Samples.approval, "lost")) == [.note("lost")])
    #expect(watch.on(.task(try Samples.task(.waiting(.approval(Samples.approval))))) != [])
    #expect(watch.on(.line("1")) == [.answer(Samples.approval, option: "yes")])
  }

  @Test(arguments: [(Watch.Policy.allow, "yes"), (.deny, "no")])
  func aPolicyAnswersByItselfOnce(_ policy: Watch.Policy, _ option: String) throws {
    for isInteractive in [true, false] {
      var (watch, actions) = try Self.asked(.init(isInteractive: isInteractive, policy: policy))
      #expect(actions == [.answer(Samples.approval, option: option)])
      #expect(watch.on(.task(try Samples.task(.waiting(.approval(Samples.approval))))) == [])
    }
  }

  @Test func withoutATerminalTheWayToAnswerIsSaidAndTheWatchGoesOn() throws {
    var (watch, actions) = try Self.asked(Self.script)
    #expect(actions == [.note("Answer it with: samctl approval answer approval_1 allow   (or: reject)")])
    #expect(watch.on(.task(try Samples.task(.waiting(.approval(Samples.approval))))) == [], "it is said once")
    #expect(watch.on(.task(try Samples.task(.completed(TaskResult())))) == [.finish(.completed)])
  }

  @Test func withoutATerminalTheWatchEndsOnAQuestionWhenThatIsWanted() throws {
    let (_, actions) = try Self.asked(.init(isInteractive: false, detachesOnWait: true))
    #expect(actions == [.finish(.waits)])
  }

  @Test func aQuestionThatAPolicyOfSamdAnswersIsNotAskedHere() throws {
    var watch = try Self.watch(.init(isInteractive: false, detachesOnWait: true))
    _ = watch.on(.entry(Samples.item(Samples.approval(.asked))))
    _ = watch.on(.entry(Samples.item(Samples.approval(.answered, chosen: "yes"), seq: 2)))
    #expect(watch.on(.task(try Samples.task())) == [])
  }

  @Test func aTaskThatNeedsANextPromptEndsTheWatch() throws {
    for mode in [Self.person, Self.script] {
      var watch = try Self.watch(mode)
      #expect(watch.on(.task(try Samples.task(.waiting(.human("interrupted"))))) == [.finish(.waits)])
    }
  }

  @Test func aSilentAgentIsToldOfOnceForEachSilenceAndTheWatchGoesOn() throws {
    for mode in [Self.person, Self.script] {
      var watch = try Self.watch(mode)
      let silent = SAMTask.Event.waiting(.silent(since: Timestamp(milliseconds: 1000)))
      let told = watch.on(.task(try Samples.task(silent)))
      #expect(told.contains { if case .note(let text) = $0 { text.contains("said nothing") } else { false } })
      #expect(watch.on(.task(try Samples.task(silent))) == [])
      #expect(watch.on(.task(try Samples.task())) == [])
      let again = SAMTask.Event.waiting(.silent(since: Timestamp(milliseconds: 2000)))
      #expect(watch.on(.task(try Samples.task(again))) != [])
      #expect(watch.on(.task(try Samples.task(.completed(TaskResult())))) == [.finish(.completed)])
    }
  }

  @Test func whatWasAskedLongAgoIsNotAskedAgainWhileTheBeginningIsRead() throws {
    var watch = Watch(task: try Samples.task(), session: Samples.session, mode: Self.person, style: .plain)
    let shown = watch.on(.entry(Samples.item(Samples.approval(.asked))))
    #expect(!shown.contains(.readTask))
    #expect(watch.on(.task(try Samples.task(.waiting(.approval(Samples.approval))))) == [])
  }

  // MARK: Ctrl-C

  @Test func withoutATerminalCtrlCDetaches() throws {
    var watch = try Self.watch(Self.script)
    #expect(watch.on(.interrupt) == [.finish(.detached)])
  }

  @Test func onATerminalCtrlCAsksAndASecondOneDetaches() throws {
    var watch = try Self.watch(Self.person)
    #expect(watch.on(.interrupt) == [.write("\nCancel the task or detach? [c/d] ")])
    #expect(watch.on(.interrupt).last == .finish(.detached))
  }

  @Test func theTaskIsCancelledAndItsEndIsStillShown() throws {
    var watch = try Self.watch(Self.person)
    _ = watch.on(.interrupt)
    #expect(watch.on(.line("c")).last == .cancelTask)
    #expect(watch.on(.entry(Samples.item(.turn(TurnNote(state: .cancelled))))).contains(.readTask))
    #expect(watch.on(.task(try Samples.task(.cancelled))) == [.finish(.cancelled)])
  }

  @Test func afterCancellingCtrlCDetaches() throws {
    var watch = try Self.watch(Self.person)
    _ = watch.on(.interrupt)
    _ = watch.on(.line("c"))
    #expect(watch.on(.interrupt) == [.finish(.detached)])
  }

  @Test func anythingElseGoesOnAndTheAgentsQuestionComesBack() throws {
    var (watch, _) = try Self.asked(Self.person)
    _ = watch.on(.interrupt)
    #expect(watch.on(.line("")) == [.write("Going on.\n"), .readTask])
    let again = watch.on(.task(try Samples.task(.waiting(.approval(Samples.approval)))))
    guard case .write(let text) = again.first else {
      Issue.record("\(again)")
      return
    }
    #expect(text.contains("Your answer (1-3): "))
  }

  @Test func theEndOfInputLeavesTheQuestionToOthers() throws {
    var (watch, _) = try Self.asked(Self.person)
    let actions = watch.on(.endOfInput)
    #expect(actions == [.write("\n"), .note("Answer it with: samctl approval answer approval_1 allow   (or: reject)")])
    #expect(watch.on(.interrupt) == [.finish(.detached)])
  }

  @Test func aLossIsToldOnceAndSoIsTheReturn() throws {
    var watch = try Self.watch(Self.script)
    for _ in 1...2 {
      #expect(watch.on(.resumed) == [])
      #expect(
        watch.on(.lost("samd is away."))
          == [.note("samd is away. Trying to come back; Ctrl-C leaves the task to itself.")])
      #expect(watch.on(.lost("samd is away.")) == [])
      #expect(watch.on(.resumed) == [.note("samd is there again.")])
    }
  }

  // MARK: Programs

  @Test func programsGetEntriesAndNothingElse() throws {
    var watch = try Self.watch(.init(isInteractive: false, isJSON: true))
    let item = Samples.item(Samples.approval(.asked))
    #expect(watch.on(.entry(item)) == [.entryLine(item), .readTask])
    #expect(watch.on(.task(try Samples.task(.waiting(.approval(Samples.approval))))) == [])
    #expect(watch.on(.lost("gone.")) == [] && watch.on(.resumed) == [])
    #expect(watch.on(.task(try Samples.task(.completed(TaskResult())))) == [.finish(.completed)])
    #expect(watch.on(.entry(Samples.item(Self.last, seq: 2))) == [.entryLine(Samples.item(Self.last, seq: 2))])
  }

  static let last = EntryBody.work(WorkNote(branch: "b", commits: [], pushed: true))

  @Test func aTaskThatBeganAgainElsewhereEndsTheWatchWithItsNewSession() throws {
    var watch = Watch(
      task: try Samples.task(), session: SessionID(trusted: "session_0"), mode: Self.script, style: .plain)
    let actions = watch.on(.task(try Samples.task()))
    #expect(actions.last == .finish(.failed))
    #expect(
      actions.first == .note("The task began again in another session. Follow it: samctl session attach session_1"))
  }

  // MARK: Last words

  @Test func theLastWordsSayWhatCameOfItAndWhatToDo() throws {
    func words(_ status: EndStatus, _ event: SAMTask.Event? = nil) throws -> String {
      let task = try event.map { try Samples.task($0) } ?? Samples.task()
      return WatchText.summary(task, status, session: Samples.session, .plain).joined(separator: "\n")
    }
    let result = TaskResult(branch: "sam/fix-it", head: "abc", commits: [], files: 2, insertions: 3, deletions: 1)
    #expect(try words(.completed, .completed(result)) == "✓ Task completed: branch sam/fix-it, 2 files, +3 -1")
    #expect(try words(.completed, .completed(TaskResult())) == "✓ Task completed; no files were changed.")
    #expect(try words(.failed, .failed(reason: "no clone")).contains("no clone\n  Try it again"))
    #expect(try words(.waits, .waiting(.human("say more"))).contains("samctl session say session_1"))
    #expect(try words(.waits, .waiting(.approval(Samples.approval))).contains("samctl approval answer approval_1"))
    #expect(try words(.detached).contains("samctl session attach session_1"))
    #expect(try words(.detached).contains("samctl task cancel task_1"))
  }
}
