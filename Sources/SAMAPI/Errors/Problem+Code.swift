// SPDX-License-Identifier: Apache-2.0

extension Problem {
  /// A stable name for a reason. A refused command has its rejection's code; names are only ever added.
  public struct Code: RawRepresentable, Codable, Hashable, Sendable {
    /// The name, `snake_case`.
    public let rawValue: String
    /// - Parameter rawValue: the name, `snake_case`.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The request is malformed.
    public static let badRequest = Code(rawValue: "bad_request")
    /// A request that changes something has no `Idempotency-Key`.
    public static let missingIdempotencyKey = Code(rawValue: "missing_idempotency_key")
    /// No valid token came with the request.
    public static let unauthenticated = Code(rawValue: "unauthenticated")
    /// A browser's page of another origin asks.
    public static let forbiddenOrigin = Code(rawValue: "forbidden_origin")
    /// The request is for a host name that is not ours.
    public static let forbiddenHost = Code(rawValue: "forbidden_host")
    /// There is no such route or thing.
    public static let notFound = Code(rawValue: "not_found")
    /// The route exists, but not with this method.
    public static let methodNotAllowed = Code(rawValue: "method_not_allowed")
    /// The body is over the limit.
    public static let bodyTooLarge = Code(rawValue: "body_too_large")
    /// A value is malformed or out of range.
    public static let invalid = Code(rawValue: "invalid")
    /// A thing of that name exists already.
    public static let alreadyExists = Code(rawValue: "already_exists")
    /// The thing is in a state in which this cannot happen.
    public static let wrongState = Code(rawValue: "wrong_state")
    /// Something changed meanwhile.
    public static let conflict = Code(rawValue: "conflict")
    /// Somebody else answered first.
    public static let alreadyAnswered = Code(rawValue: "already_answered")
    /// What was said belongs to an earlier epoch of the session.
    public static let superseded = Code(rawValue: "superseded")
    /// The `Idempotency-Key` was used before, for something else.
    public static let idempotencyKeyReused = Code(rawValue: "idempotency_key_reused")
    /// No machine can take the work.
    public static let noMachine = Code(rawValue: "no_machine")
    /// The server's disk is full.
    public static let storageFull = Code(rawValue: "storage_full")
    /// The server cannot do it now.
    public static let unavailable = Code(rawValue: "unavailable")
    /// The server made a mistake.
    public static let `internal` = Code(rawValue: "internal")

    /// The HTTP status of each code; a code that this version does not know is a bad request.
    public var status: Int { Self.statuses[self] ?? 400 }

    /// The code in words.
    public var title: String { rawValue.replacing("_", with: " ") }

    /// All codes of this version with their statuses.
    public static let statuses: [Code: Int] = [
      .badRequest: 400, .missingIdempotencyKey: 400, .unauthenticated: 401, .forbiddenOrigin: 403,
      .forbiddenHost: 403, .notFound: 404, .methodNotAllowed: 405, .bodyTooLarge: 413, .invalid: 422,
      .alreadyExists: 409, .wrongState: 409, .conflict: 409, .alreadyAnswered: 409, .superseded: 409,
      .idempotencyKeyReused: 422, .noMachine: 503, .storageFull: 507, .unavailable: 503, .internal: 500,
    ]
  }
}
