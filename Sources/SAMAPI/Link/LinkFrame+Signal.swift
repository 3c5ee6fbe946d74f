// SPDX-License-Identifier: Apache-2.0
public import SAMCore

/// How one direction of asking looks in frames.
public protocol FramedExchange: LinkExchange {
  /// A call's content.
  static func content(of call: Call) -> LinkFrame.Content
  /// An answer's content.
  static func content(ofAnswer answer: Answer) -> LinkFrame.Content
  /// The call that a content is; nil when it is none.
  static func call(in content: LinkFrame.Content) -> Call?
  /// The answer that a content is; nil when it is none.
  static func answer(in content: LinkFrame.Content) -> Answer?
}

extension MachineRequests: FramedExchange {
  /// `request`.
  public static func content(of call: MachineRequest) -> LinkFrame.Content { .request(call) }
  /// `reply`.
  public static func content(ofAnswer answer: MachineReply) -> LinkFrame.Content { .reply(answer) }
  /// What a `request` holds.
  public static func call(in content: LinkFrame.Content) -> MachineRequest? {
    if case .request(let request) = content { request } else { nil }
  }
  /// What a `reply` holds.
  public static func answer(in content: LinkFrame.Content) -> MachineReply? {
    if case .reply(let reply) = content { reply } else { nil }
  }
}

extension MachineReports: FramedExchange {
  /// `report` or `login`.
  public static func content(of call: MachineReport) -> LinkFrame.Content {
    switch call {
    case .items(let batch): .report(batch)
    case .login(let login): .login(login)
    }
  }
  /// `ack` or `kept`.
  public static func content(ofAnswer answer: MachineReportAnswer) -> LinkFrame.Content {
    switch answer {
    case .acknowledged(let through): .ack(through)
    case .login(let answer): .kept(answer)
    }
  }
  /// What a `report` or a `login` holds.
  public static func call(in content: LinkFrame.Content) -> MachineReport? {
    switch content {
    case .report(let batch): .items(batch)
    case .login(let login): .login(login)
    default: nil
    }
  }
  /// What an `ack` or a `kept` holds.
  public static func answer(in content: LinkFrame.Content) -> MachineReportAnswer? {
    switch content {
    case .ack(let through): .acknowledged(through)
    case .kept(let answer): .login(answer)
    default: nil
    }
  }
}

extension LinkFrame {
  /// The frame that says a signal.
  /// - Parameters:
  ///   - signal: what one end says to the other.
  ///   - version: the version that is spoken.
  public init<Asked: FramedExchange, Served: FramedExchange>(_ signal: LinkSignal<Asked, Served>, version: Int) {
    self =
      switch signal {
      case .hello(let hello): LinkFrame(id: 0, .hello(hello), version: version)
      case .call(let id, let call): LinkFrame(id: id, Asked.content(of: call), version: version)
      case .answer(let id, .given(let answer)):
        LinkFrame(id: id, Served.content(ofAnswer: answer), version: version)
      case .answer(let id, .refused(let rejection)): LinkFrame(id: id, .error(LinkFailure(rejection)), version: version)
      case .answer(let id, .failed(let error)): LinkFrame(id: id, .error(LinkFailure(error)), version: version)
      case .ping(let id): LinkFrame(id: id, .ping, version: version)
      case .pong(let id): LinkFrame(id: id, .pong, version: version)
      case .bye(let reason): LinkFrame(id: 0, .bye(reason), version: version)
      }
  }

  /// What the frame says.
  /// - Throws: ``LinkFrameError`` when the sender's side never says such a thing.
  public func signal<Asked: FramedExchange, Served: FramedExchange>() throws(LinkFrameError)
    -> LinkSignal<Asked, Served>
  {
    switch content {
    case .hello(let hello): return .hello(hello)
    case .error(let failure): return .answer(id, failure.answer())
    case .ping: return .ping(id)
    case .pong: return .pong(id)
    case .bye(let reason): return .bye(reason)
    case .request, .reply, .report, .ack, .login, .kept:
      if let call = Asked.call(in: content) { return .call(id, call) }
      if let answer = Served.answer(in: content) { return .answer(id, .given(answer)) }
      throw LinkFrameError(
        .malformed, "frame \(id) is one that only this side sends; check that the other side is not SAM's same side")
    }
  }
}
