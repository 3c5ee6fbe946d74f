// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// A request that has passed the door.
struct APIRequest: Sendable {
  /// Its id, by which the log knows it.
  let id: String
  /// Who sends it.
  let actor: Actor
  /// The client-made id of a request that changes something.
  let key: String?
  /// A W3C `traceparent`.
  let correlation: String
  /// What the path's parameters are.
  let parameters: [String: String]
  /// What the query says, percent-decoded; the first value of each name.
  let query: [String: String]
  /// The body.
  let body: [UInt8]

  /// The body's value.
  /// - Throws: ``Problem`` with `bad_request` that names the field.
  func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
    do {
      return try APICoding.decode(type, from: body)
    } catch let error as DecodingError {
      throw Problem(.badRequest, "the body does not fit: \(error.place); send JSON as the API's documentation shows it")
    }
  }

  /// A path parameter as it stands.
  func parameter(_ name: String) -> String { parameters[name] ?? "" }

  /// A path parameter as an id.
  /// - Throws: ``Rejection`` with `not_found`: what has no id of this kind does not exist.
  func id<A: Aggregate>(of type: A.Type, _ name: String) throws -> A.ID {
    let text = parameter(name)
    guard let id = A.ID(rawValue: text) else {
      throw Rejection(.notFound, "there is no \(A.kind) '\(text.prefix(100))'; list what there is, or check the id")
    }
    return id
  }

  /// Performs a command under the client-made id.
  func perform<C: Command>(_ command: C, _ services: APIServices) async throws -> C.Answer {
    try await services.orchestrator.perform(command, id: key, by: actor, correlation: correlation)
  }
}
