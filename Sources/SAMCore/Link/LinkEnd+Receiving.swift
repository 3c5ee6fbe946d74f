// SPDX-License-Identifier: Apache-2.0

/// What comes in: from the other end, and from the clock.
extension LinkEnd {
  mutating func receive(_ signal: Incoming, _ actions: inout [Action]) {
    switch signal {
    case .bye(let reason): end("the other side closed the connection: \(reason)", &actions)
    case .hello(let other) where phase == .opening: open(other, &actions)
    case _ where phase == .opening: part("something else than a hello came first", &actions)
    case .hello: part("a second hello came", &actions)
    case .call(let id, let call): serve(id, call, &actions)
    case .answer(let id, let answer): take(id, answer, &actions)
    case .ping(let id): reply(.pong(id), &actions)
    case .pong: break
    }
  }

  private mutating func open(_ other: LinkHello, _ actions: inout [Action]) {
    do throws(LinkError) {
      version = try hello.version(with: other)
    } catch {
      part(error.message, &actions)
      return
    }
    if role == .controlPlane {
      urgent.append(.hello(LinkHello(versions: [version], software: hello.software)))
    }
    phase = .open
    actions.append(.opened(other))
  }

  private mutating func serve(_ id: Int64, _ call: Served.Call, _ actions: inout [Action]) {
    guard id > lastServed else {
      repeated += 1
      return
    }
    // Whoever loses a call in the middle loses answers too, and then somebody waits for ever.
    guard id == lastServed + 1 else {
      part("call \(id) came after call \(lastServed): what was between them is lost", &actions)
      return
    }
    lastServed = id
    guard serving.count < limits.unanswered else {
      let answer = LinkError("\(serving.count) calls are being served; ask again when some are answered")
      reply(.answer(id, .failed(answer)), &actions)
      return
    }
    serving.insert(id)
    actions.append(.serve(id, call))
  }

  /// Says something to whoever asks for it more often than it listens: that must have an end.
  private mutating func reply(_ signal: Outgoing, _ actions: inout [Action]) {
    guard urgent.count < 2 * limits.unanswered else {
      end("the other side asks and does not listen", &actions)
      return
    }
    urgent.append(signal)
  }

  private mutating func take(_ id: Int64, _ answer: LinkAnswer<Asked.Answer>, _ actions: inout [Action]) {
    guard id > 0, id <= lastCall else {
      part("call \(id) was answered and never made", &actions)
      return
    }
    guard let token = unanswered.removeValue(forKey: id) else {
      repeated += 1
      return
    }
    if let token { actions.append(.hand(token, answer)) }
  }

  /// What was never sent is not sent any more; of the rest the answer is awaited, and tells nobody.
  mutating func forget(_ token: Token) {
    waiting.removeAll { $0.token == token }
    for (id, asker) in unanswered where asker == token { unanswered.updateValue(nil, forKey: id) }
  }

  mutating func takeBack(_ signal: Outgoing, _ reason: String, _ actions: inout [Action]) {
    let refusal = Rejection(.invalid, reason)
    switch signal {
    case .call(let id, _):
      // It has not left, so the next one takes its number.
      guard id == lastCall, let token = unanswered.removeValue(forKey: id) else { return }
      lastCall -= 1
      if let token { actions.append(.hand(token, .refused(refusal))) }
    case .answer(let id, .given): urgent.insert(.answer(id, .refused(refusal)), at: 0)
    case .answer, .hello, .ping, .pong, .bye: part(reason, &actions)
    }
  }

  mutating func tick(_ time: Duration, _ actions: inout [Action]) {
    guard wakeAt.map({ $0 <= time }) ?? true else { return }
    // Whoever was not running could not listen: it hears anew, and what waits in the transport is taken in first.
    if let wakeAt, time - wakeAt > limits.ping { heardAt = max(heardAt, time) }
    guard time - heardAt < limits.silence else {
      end("nothing was heard of the other side for \(limits.silence.components.seconds) s", &actions)
      return
    }
    var pingAt = sentAt + limits.ping
    if pingAt <= time {
      // What waits already says that this end is there, as soon as the transport takes it.
      if phase == .open, urgent.isEmpty {
        lastPing += 1
        urgent.append(.ping(lastPing))
      }
      pingAt = time + limits.ping
    }
    let wake = min(heardAt + limits.silence, pingAt)
    wakeAt = wake
    actions.append(.wake(wake))
  }
}

/// The end of it.
extension LinkEnd {
  static func away(_ reason: String) -> LinkError {
    LinkError("the connection to the other side ended: \(reason); SAM asks again when it is back", isAway: true)
  }

  /// Ends the connection and says so.
  mutating func part(_ reason: String, _ actions: inout [Action]) {
    end(reason, &actions)
    urgent = [.bye(reason)]
  }

  /// Ends the connection without a word; everybody who waits hears it.
  mutating func end(_ reason: String, _ actions: inout [Action]) {
    phase = .closed
    let answer = LinkAnswer<Asked.Answer>.failed(Self.away(reason))
    let sent = unanswered.sorted { $0.key < $1.key }.map(\.value)
    for case let token? in sent + waiting.map({ Optional($0.token) }) { actions.append(.hand(token, answer)) }
    (unanswered, waiting, urgent, serving) = ([:], [], [], [])
    wakeAt = nil
    actions.append(.closed(reason: reason))
  }
}
