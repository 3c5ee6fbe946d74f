// SPDX-License-Identifier: Apache-2.0

extension DecodingError {
  /// The field that could not be read, as `a.b[2].c`, and what is wrong with it; nothing of the value.
  public var place: String {
    switch self {
    case .keyNotFound(let key, let context): "field '\(Self.path(context.codingPath + [key]))' is missing"
    case .valueNotFound(_, let context): "field '\(Self.path(context.codingPath))' is null"
    case .typeMismatch(let type, let context):
      "field '\(Self.path(context.codingPath))' is not \(Self.words(type))"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty ? "it is no JSON" : "field '\(Self.path(context.codingPath))' has a bad value"
    @unknown default: "it cannot be read"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    var path = ""
    for key in keys {
      if let index = key.intValue {
        path += "[\(index)]"
      } else {
        path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
    return path.isEmpty ? "(the whole)" : path
  }

  /// JSON's word for a Swift type.
  private static func words(_ type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a string"
    case is Bool.Type: "a boolean"
    case is any BinaryInteger.Type, is any BinaryFloatingPoint.Type: "a number that fits"
    case is any Sequence.Type: "\(type)".hasPrefix("Dictionary") ? "an object" : "a list"
    default: "an object"
    }
  }
}
