// SPDX-License-Identifier: Apache-2.0

extension FaultyAgent {
  /// What an agent does wrong. `none` does nothing wrong, and so shows that the checks can pass.
  public enum Fault: String, CaseIterable, Sendable {
    case none
    // Greeting and messages.
    case forgetsVersion, answersTheVersionAsked, needsCapabilities, refusesUnknownMembers, repeatsLogins
    case internalErrorForUnknown, answersNotifications, numbersStringIDs, ignoresMissingParameters, diesOfGarbage
    case endsOnCancelRequest
    // Sessions.
    case emptySessionID, repeatsSessionIDs, takesUnknownSessions, wrongCurrentMode, refusesModes, takesAnyMode
    case wrongOption
    // Turns.
    case saysNothing, talksAfterTheTurn, onePromptOnly, refusesLinks, readsFilesAnyway
    case repeatsOptionIDs, stopsAfterPermission, doesWhatWasRejected
    case ignoresCancel, cancelsWithAnError, endsCancelledTurns, staysCancelled, losesCancelledSessions
    // Keeping sessions.
    case answersLoadFirst, replaysOnlyItself, forgetsLoadedSessions, loadsAnything, forgetsWhenKilled
    case replaysOnResume, forksToTheSame, hidesSessions, keepsClosedSessions, closesWithoutCancelling
    case keepsDeletedSessions, mixesSessions
    // The end.
    case staysAfterTheEnd, staysWithATurn, leavesProcesses
    // Everything that it sends.
    case printsLogLines, answersTwice, repeatsRequests, leavesOutContent, inventsStopReasons, addsMembers
    case namesStrangeSessions, changesUnknownCalls
  }
}

extension FaultyAgent.Fault {
  /// The checks that fail for it, and no others.
  public var breaks: [String] {
    switch self {
    case .none: []
    case .forgetsVersion: ["ACP-001", "ACP-002", "ACP-103"]
    case .answersTheVersionAsked: ["ACP-002"]
    case .needsCapabilities: ["ACP-003"]
    case .refusesUnknownMembers: ["ACP-004"]
    case .repeatsLogins: ["ACP-005"]
    case .internalErrorForUnknown: ["ACP-010", "ACP-011"]
    case .answersNotifications: ["ACP-012", "ACP-101"]
    case .numbersStringIDs: ["ACP-013", "ACP-101"]
    case .ignoresMissingParameters: ["ACP-014"]
    case .diesOfGarbage: ["ACP-015"]
    case .endsOnCancelRequest: ["ACP-016"]
    case .emptySessionID: ["ACP-030", "ACP-031", "ACP-080"]
    case .repeatsSessionIDs: ["ACP-031", "ACP-080"]
    case .takesUnknownSessions: ["ACP-032", "ACP-078"]
    case .wrongCurrentMode: ["ACP-033"]
    case .refusesModes: ["ACP-034"]
    case .takesAnyMode: ["ACP-035"]
    case .wrongOption: ["ACP-036"]
    case .saysNothing: ["ACP-040", "ACP-080"]
    case .talksAfterTheTurn: ["ACP-041"]
    case .onePromptOnly: ["ACP-042", "ACP-043", "ACP-064"]
    case .refusesLinks: ["ACP-043"]
    case .readsFilesAnyway: ["ACP-044"]
    case .repeatsOptionIDs: ["ACP-050"]
    case .stopsAfterPermission: ["ACP-051"]
    case .doesWhatWasRejected: ["ACP-052"]
    case .ignoresCancel: ["ACP-060", "ACP-061", "ACP-062"]
    case .cancelsWithAnError, .endsCancelledTurns: ["ACP-060", "ACP-061", "ACP-062", "ACP-079"]
    case .staysCancelled: ["ACP-063"]
    case .losesCancelledSessions: ["ACP-064"]
    case .answersLoadFirst: ["ACP-070", "ACP-071", "ACP-074"]
    case .replaysOnlyItself: ["ACP-071"]
    case .forgetsLoadedSessions: ["ACP-072"]
    case .loadsAnything: ["ACP-073"]
    case .forgetsWhenKilled: ["ACP-074"]
    case .replaysOnResume: ["ACP-075"]
    case .forksToTheSame: ["ACP-076"]
    case .hidesSessions: ["ACP-077"]
    case .keepsClosedSessions: ["ACP-078"]
    case .closesWithoutCancelling: ["ACP-079"]
    case .mixesSessions: ["ACP-080"]
    case .keepsDeletedSessions: ["ACP-081"]
    case .staysAfterTheEnd: ["ACP-090", "ACP-091", "ACP-093"]
    case .staysWithATurn: ["ACP-091", "ACP-093"]
    case .leavesProcesses: ["ACP-092", "ACP-093"]
    case .printsLogLines: ["ACP-100"]
    case .answersTwice: ["ACP-101"]
    case .repeatsRequests: ["ACP-102"]
    case .leavesOutContent: ["ACP-103"]
    case .inventsStopReasons: ["ACP-051", "ACP-052", "ACP-103"]
    case .addsMembers: ["ACP-104"]
    case .namesStrangeSessions: ["ACP-105"]
    case .changesUnknownCalls: ["ACP-106"]
    }
  }
}
