// SPDX-License-Identifier: Apache-2.0
public import SAMCore

extension SimCloud {
  /// What can be asked: the calls of ``CloudProvider``.
  public enum Call: Sendable, Equatable {
    /// Make a machine.
    case create(MachineOrder)
    /// Look for one machine.
    case find(MachineHandle)
    /// List an installation's machines.
    case list(InstallationID)
    /// Remove a machine with all that is billed for it.
    case destroy(MachineHandle)

    /// Which of the four it is.
    public var kind: CallKind {
      switch self {
      case .create: .create
      case .find: .find
      case .list: .list
      case .destroy: .destroy
      }
    }
  }

  /// Which call it is, without what it is about.
  public enum CallKind: String, Codable, Sendable, CaseIterable {
    /// Make a machine.
    case create
    /// Look for one machine.
    case find
    /// List an installation's machines.
    case list
    /// Remove a machine.
    case destroy
  }

  /// What is answered.
  public enum Answer: Sendable, Equatable {
    /// The machine was made.
    case created(ProvidedMachine)
    /// This is known of the machine; nil = nothing.
    case found(ProvidedMachine?)
    /// These are the installation's machines.
    case listed([ProvidedMachine])
    /// It is removed, but for what is left, in words.
    case destroyed(left: [String])
    /// It was not done, or nobody knows.
    case failed(ProviderError)
  }

  /// What a call really changed, whatever was answered.
  public enum Change: Sendable, Equatable {
    /// Something is billed from now on: the id of its ``Resource``.
    case made(String)
    /// Something is on its way out, and gone at that time without another call: the id of its ``Resource``.
    case ending(String, at: Duration)
    /// Something is not billed any more: the id of its ``Resource``.
    case ended(String)
  }

  /// One call, as it really was.
  public struct Entry: Sendable, Equatable {
    /// When it arrived.
    public var at: Duration
    /// What was asked.
    public var call: Call
    /// Which faults struck it, in that order.
    public var faults: [Fault]
    /// What it really changed, in that order.
    public var changes: [Change]
    /// What was answered.
    public var answer: Answer
    /// How long the answer took.
    public var after: Duration
  }
}

extension SimCloud.Entry: CustomStringConvertible {
  /// One line: the same for the same seed in every process and build.
  public var description: String {
    var words = ["\(at.wholeMilliseconds)", call.description]
    words += faults.map { "!\($0.rawValue)" }
    words += changes.map(\.description)
    return (words + ["->", answer.description, "after \(after.wholeMilliseconds)"]).joined(separator: " ")
  }
}

extension SimCloud.Call: CustomStringConvertible {
  /// The call in one line.
  public var description: String {
    switch self {
    case .create(let order): "create \(order.name) \(order.machine) \(order.installation) \(order.kind ?? "-")"
    case .find(let handle): "find \(handle.value)"
    case .list(let installation): "list \(installation)"
    case .destroy(let handle): "destroy \(handle.value)"
    }
  }
}

extension SimCloud.Answer: CustomStringConvertible {
  /// The answer in one line.
  public var description: String {
    switch self {
    case .created(let made): "created \(made.handle.value) \(made.address ?? "-")"
    case .found(let found): "found \(found.map { "\($0.handle.value) \($0.address ?? "-")" } ?? "nothing")"
    case .listed(let all): "listed [\(all.map { "\($0.handle.value) \($0.address ?? "-")" }.joined(separator: ", "))]"
    case .destroyed(let left): "destroyed, left [\(left.joined(separator: ", "))]"
    case .failed(let error): "failed \(error.code.rawValue)"
    }
  }
}

extension SimCloud.Change: CustomStringConvertible {
  /// The change in one word.
  public var description: String {
    switch self {
    case .made(let id): "+\(id)"
    case .ending(let id, let time): "~\(id)@\(time.wholeMilliseconds)"
    case .ended(let id): "-\(id)"
    }
  }
}

/// One call on its way through the cloud.
struct SimCourse {
  let call: SimCloud.Call
  let now: Duration
  var chance: SeededGenerator
  var faults: [SimCloud.Fault] = []
  var changes: [SimCloud.Change] = []
  var after: Duration = .zero
  /// The step whose answer gets lost: whoever asks does not go on to the next one.
  var lastStep: Int?
}
