// SPDX-License-Identifier: Apache-2.0

extension SimCloud {
  /// What can go wrong.
  public enum Fault: String, Codable, Sendable, CaseIterable {
    /// The whole cloud is out of order for a while: it does nothing and says so.
    case outage
    /// Too many calls, says the cloud: it does nothing.
    case rate
    /// The credential is refused for a while.
    case authentication
    /// One call is refused as the cloud is out of order; it did nothing.
    case unavailable
    /// One call is answered with an error that leaves open whether it happened. It did not.
    case errorBefore
    /// One call is answered with an error that leaves open whether it happened. It did, as with a lost answer.
    case errorAfter
    /// The answer takes long.
    case slow
    /// A call gets lost: nothing happens, and no answer comes.
    case lostCall
    /// An answer gets lost: it has happened, and no answer comes. When a machine takes several calls, it may be the
    /// answer to any of them, and the later ones are not made.
    case lostAnswer
    /// The kind that is ordered is out of stock for a while.
    case outOfStock
    /// A create call stops in the middle: the server exists with its labels, was never started, and is billed.
    case partialCreate
    /// A machine never comes up.
    case neverBoots
    /// A machine comes up late.
    case bootsLate
    /// A machine disappears by itself some time after it was made. What it leaves behind is billed on.
    case vanishes
    /// A removal is answered as done before it is done: the machine is there and listed for a while.
    case removesLate
    /// A removal is answered as done, and nothing was done.
    case removesNothing
    /// A removal leaves a part of what is billed until it is asked again.
    case leavesPart
    /// A page of a list fails: the call fails.
    case brokenList
    /// A list, or a look for one machine, is behind for what has changed lately. Drawn for each machine and call.
    case staleRead
  }

  /// How often each fault strikes: once in so many times that it could; 0 = never.
  public struct Rates: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    private var once: [Fault: Int]

    /// - Parameter elements: each fault that can strike, with the number of times in which it strikes once.
    public init(dictionaryLiteral elements: (Fault, Int)...) {
      once = Dictionary(elements) { _, last in last }
    }

    /// Once in how many times; 0 = never.
    public subscript(fault: Fault) -> Int {
      get { once[fault] ?? 0 }
      set { once[fault] = newValue == 0 ? nil : newValue }
    }
  }

  /// Lets a fault strike the next time that it can, whatever its rate.
  /// - Parameters:
  ///   - fault: which.
  ///   - kind: only on such a call; nil = on any.
  ///   - times: how often.
  public mutating func order(_ fault: Fault, on kind: CallKind? = nil, times: Int = 1) {
    ordered.append(OrderedFault(fault: fault, kind: kind, times: times))
  }

  /// No fault strikes from now on, and those that last are over. Lists stay behind as they are, stock and quota as well.
  public mutating func endFaults() {
    behaviour.rates = [:]
    ordered = []
    windows = SimWindows()
  }

  mutating func strikes(_ fault: Fault, _ course: inout SimCourse) -> Bool {
    let kind = course.call.kind
    if let index = ordered.firstIndex(where: { $0.fault == fault && ($0.kind ?? kind) == kind }) {
      ordered[index].times -= 1
      if ordered[index].times <= 0 { ordered.remove(at: index) }
      course.faults.append(fault)
      return true
    }
    guard course.chance.oneIn(behaviour.rates[fault]) else { return false }
    course.faults.append(fault)
    return true
  }
}

/// A fault that somebody ordered.
struct OrderedFault: Sendable {
  let fault: SimCloud.Fault
  let kind: SimCloud.CallKind?
  var times: Int
}
