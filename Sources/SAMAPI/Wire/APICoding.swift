// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMCore

/// How API values become JSON and are read from it, in one place, so that they look alike everywhere.
public enum APICoding {
  /// The media type of answers.
  public static let mediaType = "application/json"

  /// Compact JSON with sorted keys: the same value is always the same bytes.
  public static func encode(_ value: some Encodable) throws -> [UInt8] { try StateCoding.encode(value) }

  /// The value of JSON. Unknown fields are passed over.
  /// - Throws: `DecodingError` that names the field.
  public static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from bytes: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }
}
