// SPDX-License-Identifier: Apache-2.0

/// What `GET /health` answers.
public struct HealthView: Codable, Hashable, Sendable {
  /// `ok`.
  public var status: String
  /// The program's version.
  public var version: String
  /// The API's version.
  public var api: Int

  /// - Parameters: as the properties of the same names.
  public init(status: String = "ok", version: String, api: Int = APIVersion.current) {
    self.status = status
    self.version = version
    self.api = api
  }

  private enum CodingKeys: String, CodingKey {
    case status
    case version
    case api
  }
}
