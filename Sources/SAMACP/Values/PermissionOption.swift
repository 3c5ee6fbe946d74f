// SPDX-License-Identifier: Apache-2.0
public import SAMRPC

extension ACP {
  /// A possible answer to a permission request.
  public struct PermissionOption: ACPObject {
    /// The id by which it is chosen.
    public var optionID: PermissionOptionID
    /// The name for people.
    public var name: String
    /// What kind of answer it is.
    public var kind: PermissionOptionKind
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(optionID: PermissionOptionID, name: String, kind: PermissionOptionKind) {
      self.optionID = optionID
      self.name = name
      self.kind = kind
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      optionID = try reader.required("optionId")
      name = try reader.required("name")
      kind = try reader.required("kind")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("optionId", optionID)
      writer.required("name", name)
      writer.required("kind", kind)
      writer.rest(extras)
    }
  }

  /// What kind of answer it is; a hint, never a key.
  public struct PermissionOptionKind: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Yes, this time.
    public static let allowOnce = PermissionOptionKind(rawValue: "allow_once")
    /// Yes, always.
    public static let allowAlways = PermissionOptionKind(rawValue: "allow_always")
    /// No, this time.
    public static let rejectOnce = PermissionOptionKind(rawValue: "reject_once")
    /// No, always.
    public static let rejectAlways = PermissionOptionKind(rawValue: "reject_always")
  }

  /// What came of a permission request. An unknown outcome is never an approval.
  public enum RequestPermissionOutcome: ACPUnion {
    /// The turn was cancelled before an answer.
    case cancelled(Cancelled)
    /// An answer was chosen.
    case selected(SelectedPermissionOutcome)
    /// A kind that this version does not know, or a known kind whose members do not fit: kept as it came.
    case other(JSONValue)

    /// The member that tells the kinds apart.
    public static let tag = "outcome"

    /// Reads the value of a kind, or gives nil for an unknown kind.
    public init?(tag: String?, from reader: inout ObjectReader) throws(ACPError) {
      switch tag {
      case "cancelled": self = .cancelled(try Cancelled(from: &reader))
      case "selected": self = .selected(try SelectedPermissionOutcome(from: &reader))
      default: return nil
      }
    }

    /// The kind and what to write, or the raw value of an unknown kind.
    public var parts: UnionParts {
      switch self {
      case .cancelled(let value): .known("cancelled", value)
      case .selected(let value): .known("selected", value)
      case .other(let value): .other(value)
      }
    }
  }

  /// The chosen answer.
  public struct SelectedPermissionOutcome: ACPObject {
    /// The id of the option.
    public var optionID: PermissionOptionID
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(optionID: PermissionOptionID) {
      self.optionID = optionID
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      optionID = try reader.required("optionId")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("optionId", optionID)
      writer.rest(extras)
    }
  }

  /// No answer, because the turn was cancelled.
  public struct Cancelled: ACPObject {
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init() {}

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.rest(extras)
    }
  }
}
