// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMCore
internal import Synchronization

/// What the agent asks of people.
extension AgentRun {
  /// A call with its files where they really are.
  private func place(_ tool: ToolActivity) -> ToolActivity {
    let paths = WorkspacePaths(root: workspace)
    var tool = tool
    tool.paths = tool.paths?.map(paths.place)
    tool.diffs = tool.diffs?.map { .init(path: paths.place($0.path), oldText: $0.oldText, newText: $0.newText) }
    return tool
  }

  /// Asks for permission and waits for the answer; nil = cancelled.
  func ask(tool: ToolActivity, options: [ApprovalOption], in conversation: ACP.SessionID) async -> Answer? {
    let tool = place(state.withLock { $0.known(tool) })
    return await ask(tool.title ?? "The agent asks for permission", tool, options, nil, in: conversation)
  }

  /// Asks for what is to be filled in, or for a page to be opened, and waits for the answer; nil = cancelled.
  func ask(_ title: String, form: ApprovalForm, in conversation: ACP.SessionID) async -> Answer? {
    await ask(title, nil, form.options, form, in: conversation)
  }

  private func ask(
    _ title: String, _ tool: ToolActivity?, _ options: [ApprovalOption], _ form: ApprovalForm?,
    in conversation: ACP.SessionID
  ) async -> Answer? {
    // What is asked while a conversation is loaded belongs to a turn that is over: nobody can allow it any more.
    guard !state.withLock({ $0.loading || $0.abandoned == conversation.rawValue }) else { return nil }
    let id: ApprovalID = machine.ids.next(now: machine.clock.now())
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let cancelled = state.withLock { state in
          if !Task.isCancelled { state.questions[id] = continuation }
          return Task.isCancelled
        }
        if cancelled {
          continuation.resume(returning: nil)
        } else {
          post(.permission(run: run, id, title: title, tool: tool, options: options, form: form))
        }
      }
    } onCancel: {
      state.withLock { $0.questions.removeValue(forKey: id) }?.resume(returning: nil)
    }
  }
}
