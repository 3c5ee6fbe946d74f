// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMAPI
internal import SAMClient
internal import SAMCore
internal import SAMRPC

/// The stream of a session, and the questions in it.
extension EditorSession {
  /// Takes up what there is of a session.
  ///
  /// - Parameters:
  ///   - session: the session.
  ///   - shown: whether the editor is told what was said before.
  func open(_ session: SessionID, shown: Bool) async throws {
    self.session = session
    isShown = shown
    let caughtUp = OneShot<Void>()
    self.caughtUp = caughtUp
    follow()
    try await caughtUp.value()
    settings = EditorSettings(try await client.session(session).settings, for: editor.clientCapabilities)
  }

  /// Has the stream come, unless it comes.
  func follow() {
    guard let session, !isFollowing else { return }
    isFollowing = true
    let stop = OneShot<Void>()
    self.stop = stop
    let begun = jobs.begin { await withCancellation(by: stop) { await self.stream(session) } }
    if !begun { abandon(CancellationError()) }
  }

  private func stream(_ session: SessionID) async {
    do {
      try await client.follow(session, from: cursor, raw: true) { change in
        if case .live = change { caughtUpWith() }
      } onEntry: { item in
        try await take(item)
      }
    } catch {
      abandon(error)
    }
  }

  private func caughtUpWith() {
    (isLive, isShown) = (true, true)
    caughtUp?.set(.success(()))
    for approval in unasked { ask(approval) }
    unasked = []
  }

  /// Asks the editor's person; whoever answers first, here or elsewhere, has answered.
  func ask(_ approval: ApprovalID) {
    guard isLive else { return unasked.append(approval) }
    let isAnswered = OneShot<Void>()
    questions[approval] = isAnswered
    jobs.begin { await withCancellation(by: isAnswered) { await self.question(approval) } }
  }

  /// Somebody has answered, or the question is void: the editor's is taken back.
  func takeBack(_ approval: ApprovalID) {
    unasked.removeAll { $0 == approval }
    questions.removeValue(forKey: approval)?.set(.success(()))
  }

  private func question(_ id: ApprovalID) async {
    do {
      let approval = try await client.approval(id)
      guard approval.knownState == .asked else { return }
      var call =
        approval.tool.map { updates.toolCall($0.activity) }
        ?? ACP.ToolCallUpdate(toolCallID: ACP.ToolCallID(rawValue: id.rawValue))
      call.title = call.title ?? approval.title
      let replies = ApprovalText.replies(
        approval.options.map { ApprovalOption(id: $0.id, name: $0.name, kind: $0.kind) }, approval.form)
      if let form = approval.form, !form.fields.isEmpty, !replies.contains(where: { $0.values != nil }) {
        let fields = form.fields.map(ApprovalText.field).joined(separator: "\n")
        return await tell(
          "\(approval.title)\n\(fields)\nAnswer with: samctl approval answer \(id) allow --value NAME=VALUE")
      }
      let options = replies.enumerated().map { place, reply in
        ACP.PermissionOption(
          optionID: ACP.PermissionOptionID(rawValue: reply.values == nil ? reply.option.id : "choice-\(place)"),
          name: reply.values == nil ? reply.option.name : reply.label,
          kind: ACP.PermissionOptionKind(rawValue: reply.option.kind))
      }
      if let url = approval.form?.url { await tell("\(approval.title): \(url)") }
      let answer = try await editor.requestPermission(
        ACP.RequestPermissionRequest(sessionID: self.id, toolCall: call, options: options))
      // Without a choice the question stays open, here and elsewhere; a cancelled turn makes it void.
      guard case .selected(let choice) = answer.outcome else { return }
      let reply = zip(options, replies).first { $0.0.optionID == choice.optionID }?.1
      _ = try await client.answerApproval(
        id, option: reply?.option.id ?? choice.optionID.rawValue, values: reply?.values)
    } catch is CancellationError {
      // It was answered elsewhere, or the editor has gone.
    } catch let error as SAMClientError where error.code == .alreadyAnswered || error.code == .wrongState {
      // Somebody else was faster.
    } catch {
      await tell("The question was not answered from here: \(error). Answer it with 'samctl approval list'.")
    }
  }

  private func tell(_ text: String) async {
    // When the editor has gone, there is nobody to tell.
    try? await editor.say(id, "\n\n\(text)\n")
  }
}
