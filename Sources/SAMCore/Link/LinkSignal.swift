// SPDX-License-Identifier: Apache-2.0

/// What one end of a link sends to the other: a value, before it is a frame.
///
/// `Asked` is what the sender asks, `Served` what it answers. What one end sends as `LinkSignal<A, B>` the other
/// receives as the same type, and itself sends `LinkSignal<B, A>`.
public enum LinkSignal<Asked: LinkExchange, Served: LinkExchange>: Hashable, Sendable {
  /// Who speaks, and in which versions: the machine's first signal, and the control plane's answer to it.
  case hello(LinkHello)
  /// Something is asked. Calls are numbered from 1 without gaps, apart by each end.
  case call(Int64, Asked.Call)
  /// A call of the other end is answered.
  case answer(Int64, LinkAnswer<Served.Answer>)
  /// Whether the other end is there.
  case ping(Int64)
  /// It is.
  case pong(Int64)
  /// The sender closes the connection now, and says why.
  case bye(String)
}

/// What came of a call.
public enum LinkAnswer<Value: Hashable & Sendable>: Hashable, Sendable {
  /// The answer.
  case given(Value)
  /// It was refused: trying again does not help.
  case refused(Rejection)
  /// There is no answer, and it may have been carried out: trying again may help.
  case failed(LinkError)

  /// - Parameter error: what was thrown where the call was served.
  public init(_ error: any Error) {
    switch error {
    case let rejection as Rejection: self = .refused(rejection)
    case let error as LinkError: self = .failed(error)
    default: self = .failed(LinkError("\(error)"))
    }
  }

  /// The answer.
  /// - Throws: ``Rejection``, ``LinkError``.
  public func get() throws -> Value {
    switch self {
    case .given(let value): return value
    case .refused(let rejection): throw rejection
    case .failed(let error): throw error
    }
  }
}
