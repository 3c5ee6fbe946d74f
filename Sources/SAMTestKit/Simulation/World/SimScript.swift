// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// What people do and what goes wrong in one run, drawn from its seed before it begins: so that it can be shortened.
public struct SimScript: Sendable {
  /// One thing that is done or goes wrong.
  public enum Step: Sendable, Hashable {
    /// A person wants a task done, by this one of the agents.
    case task(agent: Int)
    /// A person says something in one of the sessions.
    case prompt(pick: Int)
    /// A person cancels one of the turns.
    case cancelTurn(pick: Int)
    /// A person cancels one of the tasks.
    case cancelTask(pick: Int)
    /// A person wants one of the tasks done again.
    case retryTask(pick: Int)
    /// A person wants a session that waits for a limit of use to go on.
    case goOn(pick: Int)
    /// A person answers one of the questions, perhaps with what is no option of it.
    case answer(pick: Int, sensibly: Bool)
    /// A person gives one of the machines back.
    case drain(pick: Int)
    /// A person lets go of one of the machines.
    case discard(pick: Int)
    /// The control plane's process dies.
    case crashControl
    /// A machine's runtime dies, with or without the power.
    case crashMachine(pick: Int, power: Bool)
    /// An agent's process dies.
    case killAgent(pick: Int)
    /// A connection breaks.
    case cutLink(pick: Int)
    /// A machine and the control plane do not reach each other for some seconds.
    case partition(pick: Int, seconds: Int)
    /// The wall clock jumps.
    case jump(seconds: Int)
    /// The store's disk is full for some commits.
    case fullDisk(commits: Int)
    /// The store is copied.
    case backup
    /// The store is replaced by the copy.
    case restore
    /// A machine is gone at the cloud.
    case vanish(pick: Int)
    /// The cloud is out of order for some seconds.
    case outage(seconds: Int)
    /// A machine's disk is full for so long: it can do nothing and says so, until its runtime starts again.
    case sick(pick: Int, seconds: Int)
    /// Somebody else makes a machine in the same account.
    case foreign
    /// A person confirms a restore.
    case confirm
    /// A person wants a task and thinks better of it at once.
    case fickle(agent: Int)
    /// A person removes one of the agents, or the project, and defines it again.
    case redefine(agent: Int)
    /// What is asked of one of the sessions, or the removal of one of the machines, fails from now on, whatever is tried.
    case poison(pick: Int)
  }

  /// The seed that it was drawn from.
  public let seed: UInt64
  /// When what happens, in milliseconds, in order.
  public var steps: [(at: Int64, step: Step)]
  /// How many of each fault's kind are left in: all, or none for a calm run.
  var faults: SimFaults
  /// Whether the store is SQLite, where the runner has one.
  public var wantsSQLite: Bool
  /// What is fixed instead of drawn; nil = nothing.
  private(set) var plan: SimPlan?

  /// A script of which nothing is drawn.
  init(plan: SimPlan, steps: [(at: Int64, step: Step)] = []) {
    seed = 0
    self.plan = plan
    self.steps = steps
    faults = SimFaults()
    faults.lateFrame = plan.bringsLateFrames ? 1 : 0
    faults.silentCut = 0
    wantsSQLite = false
  }

  /// Draws a script.
  public init(seed: UInt64) {
    self.seed = seed
    var chance = SeededGenerator(seed: seed ^ 0xA5A5_5A5A_1234_5678)
    faults = SimFaults(&chance)
    // Some things come of people's haste alone, and a run full of faults hardly ever gets there.
    let isGentle = faults.areOn && seed % 8 == 5
    if isGentle {
      faults = SimFaults()
      faults.dieAfterCommit = 40
    }
    wantsSQLite = chance.oneIn(20)
    steps = []
    var time: Int64 = 1_000
    for _ in 0..<(8 + chance.below(28)) {
      // Mostly in quick succession, at times after a pause in which timers run out.
      time += Int64(chance.oneIn(6) ? 30_000 + chance.below(900_000) : chance.below(4_000))
      // Once in a while nobody comes for more than a day.
      if chance.oneIn(700) { time += 90_000_000 }
      let step = Self.step(&chance, faults.areOn && !isGentle, wantsSQLite)
      steps.append((time, step))
      // What lasts long gets the time for it.
      switch step {
      case .sick(_, let seconds) where seconds > 600, .partition(_, let seconds) where seconds > 600:
        time += Int64(seconds) * 1000
      default: break
      }
      // An operator who restores twice before anybody has looked.
      if step == .restore, chance.oneIn(3) {
        time += 3_000 + Int64(chance.below(30_000))
        steps.append((time, .restore))
      }
    }
    if poisons {
      let place = steps.count / 2 + chance.below(steps.count / 2)
      steps.insert((steps[place].at, .poison(pick: chance.below(1_000))), at: place)
    }
  }

  /// Whether one item of the run fails for ever.
  var poisons: Bool { faults.areOn && plan == nil && seed % 16 == 3 }

  private static func step(_ chance: inout SeededGenerator, _ goesWrong: Bool, _ sqlite: Bool) -> Step {
    let pick = chance.below(1_000)
    switch chance.below(goesWrong ? 49 : 24) {
    case 0...6: return .task(agent: chance.below(5))
    case 7...10: return .prompt(pick: pick)
    case 11...12: return .cancelTurn(pick: pick)
    case 13: return chance.oneIn(2) ? .goOn(pick: pick) : .cancelTask(pick: pick)
    case 14...15: return .retryTask(pick: pick)
    case 16...18: return .answer(pick: pick, sensibly: !chance.oneIn(4))
    case 19: return .drain(pick: pick)
    case 20: return chance.oneIn(2) ? .discard(pick: pick) : .confirm
    case 21: return .foreign
    case 22: return .fickle(agent: pick)
    case 23: return chance.oneIn(2) ? .redefine(agent: pick) : .cancelTurn(pick: pick)
    case 24...27: return .crashControl
    case 28...31: return .crashMachine(pick: pick, power: chance.oneIn(2))
    case 32...33: return .killAgent(pick: pick)
    case 34...37: return .cutLink(pick: pick)
    case 38...39: return .partition(pick: pick, seconds: chance.oneIn(3) ? 700 + chance.below(900) : chance.below(60))
    case 40: return .jump(seconds: (chance.oneIn(2) ? 1 : -1) * (1 + chance.below(100_000)))
    case 41: return .fullDisk(commits: 1 + chance.below(12))
    case 42: return sqlite ? .crashControl : .backup
    case 43...45: return sqlite ? .crashControl : .restore
    case 46: return .vanish(pick: pick)
    case 47: return .outage(seconds: 5 + chance.below(400))
    default: return .sick(pick: pick, seconds: chance.oneIn(3) ? 8_000 : 1 + chance.below(600))
    }
  }
}

/// How often what happens by itself goes wrong: "once in so many times", 0 = never.
struct SimFaults: Sendable {
  var areOn = true
  /// The control plane dies right after a commit, before anybody hears of it.
  var dieAfterCommit = 0
  /// The control plane dies with an effect's outcome in its hands.
  var dieBeforeSettling = 0
  /// An outcome is settled only after some seconds.
  var settleLate = 0
  /// A machine's runtime dies after an action.
  var dieAfterAction = 0
  /// Power fails with it.
  var powerFails = 3
  /// A person's answer gets lost and the command is sent again.
  var loseAnswer = 0
  /// An outcome is settled a second time, because the first commit's answer got lost.
  var settleTwice = 0
  /// What was on its way on a connection that broke is taken in all the same.
  var lateFrame = 3
  /// A side does not see that its connection broke, and has to find out.
  var silentCut = 3
  /// An agent, or its whole machine, dies with a prompt that was just handed over.
  var dieAtHandOver = 0
  /// A conversation cannot be loaded.
  var forgets = 0
  /// An agent's process ends while it starts.
  var failsToStart = 0
  /// What the control plane says is slow to reach a machine that has just connected.
  var slowHello = 0
  /// A connection breaks before it is confirmed that an answer has reached its agent; for other requests less often.
  var loseReply = 0
  /// A prompt meets a limit of use.
  var limits = 0
  /// A repository cannot be reached, or a push is refused.
  var gitFails = 0
  /// An agent cannot be started.
  var startFails = 0
  /// Work can be neither pushed nor kept.
  var keepFails = 0
  /// How slow links are, at most, in milliseconds.
  var latency = 40

  /// Nothing goes wrong.
  init() {}

  init(_ chance: inout SeededGenerator) {
    // One run in eight is calm: what is promised without faults must hold there.
    areOn = !chance.oneIn(8)
    guard areOn else { return }
    dieAfterCommit = [0, 0, 40, 120].pick(&chance)
    dieBeforeSettling = [0, 300].pick(&chance)
    settleLate = [0, 10].pick(&chance)
    dieAfterAction = [0, 0, 60, 200].pick(&chance)
    powerFails = 2
    loseAnswer = [0, 8].pick(&chance)
    settleTwice = [0, 12].pick(&chance)
    gitFails = [0, 6, 12].pick(&chance)
    startFails = [0, 0, 8].pick(&chance)
    keepFails = [0, 0, 3].pick(&chance)
    dieAtHandOver = [0, 3].pick(&chance)
    slowHello = [0, 3].pick(&chance)
    forgets = [0, 2].pick(&chance)
    loseReply = [0, 3].pick(&chance)
    limits = [0, 0, 2, 6].pick(&chance)
    latency = [5, 40, 400, 3_000].pick(&chance)
    failsToStart = [0, 0, 0, 2].pick(&chance)
  }
}

extension [Int] {
  fileprivate func pick(_ chance: inout SeededGenerator) -> Int { self[chance.below(count)] }
}
