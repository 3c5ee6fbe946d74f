// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SAMAPI

/// What a route answers.
struct APIResponse: Sendable {
  var status: HTTPResponse.Status
  var headers: HTTPFields
  var body: [UInt8]

  /// A value as JSON.
  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> APIResponse {
    APIResponse(status: status, headers: [.contentType: APICoding.mediaType], body: try APICoding.encode(value))
  }

  /// A problem as JSON.
  init(_ problem: Problem) {
    status = HTTPResponse.Status(code: problem.status)
    headers = [.contentType: Problem.mediaType]
    if problem.code == .unauthenticated { headers[.wwwAuthenticate] = "Bearer realm=\"sam\"" }
    // Strings and one number always encode; without a body the status still says what happened.
    body = (try? APICoding.encode(problem)) ?? []
  }

  init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// As Hummingbird wants it.
  var response: Response {
    Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
