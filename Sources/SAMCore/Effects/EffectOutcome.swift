// SPDX-License-Identifier: Apache-2.0

/// What came of executing an effect.
public enum EffectOutcome: Codable, Hashable, Sendable {
  /// It is done.
  case done
  /// The workspace is complete.
  case prepared(baseCommit: String?)
  /// The work is published, or could not be, with the reason.
  case published(PublishedWork)
  /// The provider made a machine.
  case created(ProvidedMachine)
  /// What the provider says of one machine; nil = it knows nothing of it.
  case found(ProvidedMachine?)
  /// What the provider says it has.
  case listed([ProvidedMachine])
  /// The provider did not do it, and nothing happened.
  case provider(ProviderError)
  /// It cannot be done, and trying again would not help.
  case refused(reason: String)
  /// It did not work this time.
  case retry(reason: String)
  /// Whoever is to do it is not there at the moment: it waits, and that is no failure of its own.
  case away(reason: String)
  /// It began and nobody knows how it ended: an at-most-once effect whose lease ran out.
  case unknown
}

extension EffectOutcome {
  /// What a machine's answer means for the effect that asked.
  public init(_ reply: MachineReply) {
    self =
      switch reply {
      case .done, .checked: .done
      case .prepared(let commit): .prepared(baseCommit: commit)
      case .published(let work): .published(work)
      case .refused(let reason): .refused(reason: reason)
      }
  }

  /// What a provider's error means for the effect that asked.
  public init(_ error: ProviderError) { self = error.code == .unknownOutcome ? .unknown : .provider(error) }
}
