// SPDX-License-Identifier: Apache-2.0
internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import SAMAPI

extension SAMClient {
  /// Sends a request, again and again where that is safe, and reads its answer.
  func send<Answer: Decodable>(_ request: APIRequest, as type: Answer.Type = Answer.self) async throws -> Answer {
    let bytes = try await bytes(of: request)
    do {
      return try APICoding.decode(type, from: bytes)
    } catch let error as DecodingError {
      throw SAMClientError(
        .badAnswer,
        "\(endpoint) answered \(request.label) with something else than expected: \(error.place). "
          + "Is it samd, and of the same version? 'samctl version' shows both.",
        evidence: String(decoding: bytes.prefix(500), as: UTF8.self))
    }
  }

  /// Sends a request whose answer does not matter beyond its success.
  func send(_ request: APIRequest) async throws { _ = try await bytes(of: request) }

  private func bytes(of request: APIRequest) async throws -> [UInt8] {
    var mayHaveArrived = false
    var attempt = 1
    while true {
      do {
        return try await once(request)
      } catch let error as SAMClientError {
        // Nothing was sent when nobody listens; then there is no use in waiting, unless an earlier attempt was heard.
        let repeats = error.isPassing || (error.code == .unreachable && mayHaveArrived)
        mayHaveArrived = mayHaveArrived || error.code == .connectionLost
        guard repeats else { throw error }
        guard attempt < configuration.attempts else { throw giveUp(request, after: error, mayHaveArrived) }
        try await configuration.clock.sleep(for: configuration.backoff.wait(before: attempt))
        attempt += 1
      }
    }
  }

  private func giveUp(_ request: APIRequest, after error: SAMClientError, _ mayHaveArrived: Bool) -> SAMClientError {
    guard mayHaveArrived, let key = request.key else { return error }
    return SAMClientError(
      .outcomeUnknown,
      "The answer to \(request.label) was lost \(configuration.attempts) times; it may have been done. "
        + "Look before you ask again, or ask again under the same idempotency key, \(key).",
      status: error.status, request: error.request, evidence: error.evidence ?? error.message)
  }

  private func once(_ request: APIRequest) async throws -> [UInt8] {
    let limit = request.timeout ?? configuration.requestTimeout
    do {
      return try await withThrowingTaskGroup(of: [UInt8].self) { group in
        group.addTask { try await exchange(request) }
        group.addTask {
          try await configuration.clock.sleep(for: limit)
          throw SAMClientError(
            .connectionLost,
            "\(endpoint) did not answer \(request.label) within \(limit). Try again; look at samd's log.")
        }
        defer { group.cancelAll() }
        guard let answer = try await group.next() else { throw CancellationError() }
        return answer
      }
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw clientError(error, request)
    }
  }

  private func exchange(_ request: APIRequest) async throws -> [UInt8] {
    var message = HTTPClientRequest(url: endpoint.description + request.target)
    message.method = HTTPMethod(rawValue: request.method.rawValue)
    message.headers.add(name: "Accept", value: "\(APICoding.mediaType), \(Problem.mediaType)")
    if let token { message.headers.add(name: "Authorization", value: "Bearer \(token)") }
    if let key = request.key { message.headers.add(name: "Idempotency-Key", value: key.description) }
    if let body = request.body {
      message.headers.add(name: "Content-Type", value: APICoding.mediaType)
      message.body = .bytes(ByteBuffer(bytes: body))
    }
    // The whole exchange has a deadline of its own; this one ends with the answer's head.
    let answer = try await http.execute(message, deadline: .distantFuture)
    let body = try await answer.body.collect(upTo: configuration.maxAnswerSize)
    let bytes = Array(body.readableBytesView)
    guard (200..<300).contains(answer.status.code) else {
      throw SAMClientError.answer(
        status: Int(answer.status.code), contentType: answer.headers.first(name: "content-type"), body: bytes,
        to: request.label, from: endpoint)
    }
    return bytes
  }

  private func clientError(_ error: any Error, _ request: APIRequest) -> SAMClientError {
    switch error {
    case let error as SAMClientError: return error
    case is NIOConnectionError: return .unreachable(endpoint, error)
    // An address, unlike a name, fails with the system's own error. This one cannot come once bytes have been sent.
    case let error as IOError where error.errnoCode == ECONNREFUSED: return .unreachable(endpoint, error)
    case let error as HTTPClientError where error == .connectTimeout: return .unreachable(endpoint, error)
    case is NIOTooManyBytesError:
      return SAMClientError(
        .answerTooLarge,
        "The answer to \(request.label) is over \(configuration.maxAnswerSize) bytes. Ask for fewer items with a limit."
      )
    default:
      return SAMClientError(
        .connectionLost, "The connection to \(endpoint) broke during \(request.label). Try again; look at samd's log.",
        evidence: "\(error)")
    }
  }
}

extension SAMClientError {
  static func unreachable(_ endpoint: Endpoint, _ error: any Error) -> SAMClientError {
    SAMClientError(
      .unreachable, "samd is not running at \(endpoint); start it with 'samd serve' or give --server.",
      evidence: "\(error)")
  }

  /// What an answer that is no success says.
  static func answer(
    status: Int, contentType: String?, body: [UInt8], to label: String, from endpoint: Endpoint
  ) -> SAMClientError {
    if contentType?.hasPrefix(Problem.mediaType) == true, var problem = decodedProblem(body) {
      problem.status = status
      return SAMClientError(problem)
    }
    let evidence = String(decoding: body.prefix(500), as: UTF8.self)
    let code: Code = [502, 503, 504].contains(status) ? .unavailable : .badAnswer
    return SAMClientError(
      code, "\(endpoint) answered \(label) with HTTP \(status) and not as samd does. Check the address and any proxy.",
      status: status, evidence: evidence)
  }

  private static func decodedProblem(_ body: [UInt8]) -> Problem? {
    do {
      return try APICoding.decode(Problem.self, from: body)
    } catch {
      return nil  // Then it is told as an answer that is not samd's, with the body as evidence.
    }
  }

  /// Whether the same request may succeed in a moment. What it changes has a key, so asking again does nothing twice.
  var isPassing: Bool { code == .connectionLost || code == .unavailable }
}
