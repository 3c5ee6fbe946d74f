// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

/// Something that happens in the simulated world. What belongs to a process names its incarnation, and is passed over
/// when that has died meanwhile.
enum SimEvent {
  /// The next step of the script.
  case script(Int)
  /// The control plane's dispatcher takes in what is next.
  case dispatch(Int)
  /// The dispatcher asked to be woken.
  case wake(Int)
  /// An effect is carried out.
  case execute(Int, EffectRow)
  /// An at-most-once effect is recorded before it begins.
  case lease(Int, EffectRow)
  /// An effect's outcome is there.
  case settle(Int, EffectRow, EffectOutcome)
  /// A call reaches the cloud, whether or not who made it still lives.
  case cloud(Int, EffectRow, SimCloud.Call)
  /// The control plane starts again.
  case start(Int)
  /// The next frame arrives.
  case frame(connection: Int, toMachine: Bool)
  /// An end of a connection asked to be woken.
  case linkTick(connection: Int, byMachine: Bool)
  /// A side sees that its connection is cut.
  case cut(connection: Int, byMachine: Bool)
  /// A machine's runtime calls the control plane.
  case dial(MachineID, Int)
  /// A machine's runtime starts again.
  case machineStart(MachineID, Int)
  /// A machine's disk has room again.
  case recover(MachineID, Int)
  /// A machine's runtime has done some work that takes time.
  case work(MachineID, Int, connection: Int, id: Int64, MachineRequest)
  /// A session's driver goes on.
  case session(MachineID, Int, SessionID)
  /// A session's driver asked to be woken.
  case sessionWake(MachineID, Int, SessionID)
  /// An agent does its next step.
  case agent(MachineID, Int, SessionID, run: Int)
  /// What the cloud has booted calls home.
  case boot
  /// A viewer reads on.
  case viewer(Int)
  /// A person sends a command again, because the answer got lost.
  case again(SimOrder)
  /// A person looks after what waits for a person.
  case tidy
}

/// What is to happen when: in the order of time, and of its entry where the time is the same.
struct EventQueue {
  private struct Entry {
    var time: Int64
    var number: Int
    var event: SimEvent

    func isBefore(_ other: Entry) -> Bool { (time, number) < (other.time, other.number) }
  }

  private var heap: [Entry] = []
  private var count = 0

  /// When the next event happens, in microseconds.
  var nextTime: Int64? { heap.first?.time }

  mutating func add(_ event: SimEvent, at time: Int64) {
    count += 1
    heap.append(Entry(time: time, number: count, event: event))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func next() -> (time: Int64, event: SimEvent)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return (first.time, first.event) }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      guard least != parent else { break }
      heap.swapAt(parent, least)
      parent = least
    }
    return (first.time, first.event)
  }
}
