// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import HTTPTypes
internal import SAMAPI

/// Finds the route of a request.
struct RouteTable: Sendable {
  /// What was found.
  enum Match: Sendable {
    case route(Route, parameters: [String: String])
    /// The path exists, with these methods.
    case otherMethod(allowed: [HTTPRequest.Method])
    case nothing
  }

  private enum Segment: Sendable {
    case text(String)
    case parameter(String)
  }

  let routes: [Route]
  private let patterns: [[Segment]]

  init(_ routes: [Route]) {
    self.routes = routes
    patterns = routes.map { route in
      route.path.split(separator: "/").map { part in
        part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .text(String(part))
      }
    }
  }

  /// - Parameters:
  ///   - method: the request's method.
  ///   - path: the request's path without the query, percent-encoded.
  func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
    guard path.hasPrefix(APIVersion.path + "/") else { return .nothing }
    let parts = path.dropFirst(APIVersion.path.count).split(separator: "/", omittingEmptySubsequences: true)
      .map { $0.removingPercentEncoding ?? String($0) }
    var allowed: [HTTPRequest.Method] = []
    for (route, pattern) in zip(routes, patterns) {
      guard let parameters = Self.parameters(of: parts, in: pattern) else { continue }
      if route.method == method { return .route(route, parameters: parameters) }
      allowed.append(route.method)
    }
    return allowed.isEmpty ? .nothing : .otherMethod(allowed: allowed)
  }

  private static func parameters(of parts: [String], in pattern: [Segment]) -> [String: String]? {
    guard parts.count == pattern.count else { return nil }
    var parameters: [String: String] = [:]
    for (part, segment) in zip(parts, pattern) {
      switch segment {
      case .text(let text): guard part == text else { return nil }
      case .parameter(let name): parameters[name] = part
      }
    }
    return parameters
  }
}
