// SPDX-License-Identifier: Apache-2.0

/// The arrows of a state machine, as data: drawn in the docs, walked by the decisions, tested one by one.
public struct StateTable<State, Trigger>: Sendable
where State: Hashable & Sendable & CaseIterable, Trigger: Hashable & Sendable & CaseIterable {
  /// One arrow: in a state, a trigger leads to a state.
  public struct Arrow: Hashable, Sendable {
    /// Where it starts.
    public var from: State
    /// What happens.
    public var on: Trigger
    /// Where it ends.
    public var to: State
  }

  /// All arrows, in the order of their declaration.
  public let arrows: [Arrow]
  private let next: [State: [Trigger: State]]

  /// - Parameter rows: for each state, where each trigger leads; what is absent is refused.
  public init(_ rows: KeyValuePairs<State, KeyValuePairs<Trigger, State>>) {
    var arrows: [Arrow] = []
    var next: [State: [Trigger: State]] = [:]
    for (from, row) in rows {
      for (trigger, to) in row {
        arrows.append(Arrow(from: from, on: trigger, to: to))
        next[from, default: [:]][trigger] = to
      }
    }
    self.arrows = arrows
    self.next = next
  }

  /// Where a trigger leads from a state; nil when there is no such arrow.
  public func next(from state: State, on trigger: Trigger) -> State? { next[state]?[trigger] }

  /// Whether nothing leads out of a state.
  public func isFinal(_ state: State) -> Bool { next[state]?.isEmpty ?? true }
}
