// SPDX-License-Identifier: Apache-2.0
import Foundation
import SAMCore
import SAMTestKit

// Runs seeds of the simulator in a process in which at most one mutant is active, and says what came of each.
//
// sam-mutants reach SEED…               the code as it is: which mutants' places each seed reaches
// sam-mutants trace SEED [NAME]         what happens in one, in words
// sam-mutants trial NAME SEED[:HASH]…   one mutant: until something is noticed

/// Prints one line of JSON, at once: whoever reads it wants the last one when this process dies.
func say(_ line: [String: Any]) throws {
  let data = try JSONSerialization.data(withJSONObject: line, options: [.sortedKeys, .withoutEscapingSlashes])
  print(String(decoding: data, as: UTF8.self))
  fflush(nil)
}

/// How much processor time one seed may take, in seconds. What loops for ever without an event is ended by that; nothing
/// else is, or what is only slow would count as noticed.
let patience: rlim_t = 60

/// Lets this process be ended when the next seed takes too long.
func limitTime() {
  let used = rlim_t(clock() / CLOCKS_PER_SEC)
  var limit = rlimit(rlim_cur: used + patience, rlim_max: rlim_t.max)
  setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &limit)
}

/// What is noticed in one seed, by whatever looks for it.
func look(_ seed: UInt64) -> (violation: String?, hash: UInt64, isCalm: Bool) {
  let run = Simulation.run(seed: seed)
  return (run.violations.first, run.hash, run.isCalm)
}

func reach(_ seeds: [String]) throws -> Int32 {
  Mutation.isRecording = true
  for seed in seeds.compactMap(UInt64.init) {
    Mutation.reached = []
    let (violation, hash, isCalm) = look(seed)
    if let violation {
      try say(["seed": seed, "violation": violation])
      continue
    }
    try say([
      "seed": seed, "hash": String(hash), "calm": isCalm, "reached": Mutation.reached.sorted().map { Mutation.ids[$0] },
    ])
  }
  return 0
}

func trial(_ name: String, _ seeds: [String]) throws -> Int32 {
  guard let number = Mutation.ids.firstIndex(of: name) else { return 2 }
  Mutation.active = number
  var others = 0
  for word in seeds {
    let parts = word.split(separator: ":")
    guard let seed = UInt64(parts[0]) else { return 2 }
    try say(["seed": seed])
    limitTime()
    let (violation, hash, _) = look(seed)
    if let violation {
      let parts = violation.split(separator: ":", maxSplits: 1)
      try say([
        "outcome": "killed", "by": String(parts[0]), "seed": seed,
        "what": parts.count > 1 ? String(parts[1].prefix(200)).trimmingCharacters(in: .whitespaces) : "",
      ])
      return 0
    }
    if parts.count > 1, String(hash) != parts[1] { others += 1 }
  }
  try say(["outcome": "survived", "seeds": seeds.count, "others": others])
  return 0
}

let words = Array(CommandLine.arguments.dropFirst())
switch words.first {
case "reach": exit(try reach(Array(words.dropFirst())))
case "trace" where words.count > 1:
  if words.count > 2, let number = Mutation.ids.firstIndex(of: words[2]) { Mutation.active = number }
  let run = Simulation.run(seed: UInt64(words[1]) ?? 0, isTraced: true)
  for line in run.trace + run.violations { print(line) }
case "trial" where words.count > 2: exit(try trial(words[1], Array(words.dropFirst(2))))
default: exit(2)
}
