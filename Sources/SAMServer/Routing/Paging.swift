// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// Which page of a list a request wants.
struct Paging<A: Aggregate>: Sendable {
  let limit: Int
  let after: String?

  /// - Throws: ``Rejection`` with `invalid` for a limit or cursor that is none.
  init(_ type: A.Type, _ request: APIRequest) throws {
    limit = try Self.limit(request)
    after = try request.query["cursor"].map { try ListCursor($0, of: A.kind).last }
  }

  /// The rows of the page and one more, which says whether the list goes on.
  func query(_ query: StateQuery) -> StateQuery {
    var query = query
    query.limit = limit + 1
    query.after = after
    return query
  }

  /// The page of what the query found.
  func page<View: Codable & Sendable>(_ found: [A], _ view: (A) throws -> View) rethrows -> Page<View> {
    let items = found.prefix(limit)
    let more = found.count > limit ? items.last : nil
    return Page(
      items: try items.map(view), next: more.map { ListCursor(kind: A.kind, last: $0.id.rawValue).description })
  }

  private static func limit(_ request: APIRequest) throws -> Int { try request.limit() }
}

extension APIRequest {
  /// How many items the page may have.
  func limit() throws -> Int {
    guard let text = query["limit"] else { return PageLimit.standard }
    guard let limit = Int(text), PageLimit.allowed.contains(limit) else {
      throw Rejection(
        .invalid,
        "limit '\(text.prefix(20))' is none; give a number from \(PageLimit.allowed.lowerBound) to "
          + "\(PageLimit.allowed.upperBound)")
    }
    return limit
  }

  /// The states of `?state=a,b`.
  /// - Parameter standard: what is meant when the request does not say; empty = all.
  func states<State: RawRepresentable & CaseIterable>(
    _ type: State.Type, standard: [State] = []
  ) throws -> [String] where State.RawValue == String {
    guard let text = query["state"] else { return standard.map(\.rawValue) }
    return try text.split(separator: ",").map { name in
      guard let state = State(rawValue: String(name)) else {
        throw Rejection(
          .invalid,
          "there is no state '\(name.prefix(50))'; use \(State.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return state.rawValue
    }
  }

  /// The id of `?name=`.
  func queriedID<ID: PrefixedID>(_ name: String, _ type: ID.Type = ID.self) throws -> ID? {
    guard let text = query[name] else { return nil }
    guard let id = ID(rawValue: text) else {
      throw Rejection(.invalid, "'\(text.prefix(100))' is no id of a \(ID.prefix); it begins with '\(ID.prefix)_'")
    }
    return id
  }
}
