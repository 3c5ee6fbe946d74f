// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// How the person is asked. Source: ACP v1, Elicitation.
  public enum ElicitationQuestion: Hashable, Sendable {
    /// By a form. Never for secrets: what is filled in passes through the client and the model's context.
    case form(ElicitationSchema)
    /// By a web page, whose end `elicitation/complete` tells.
    case url(String, id: ElicitationID)
    /// In a way that this version does not know; its members are kept as they came.
    case other(mode: String)

    /// The mode on the wire.
    public var mode: String {
      switch self {
      case .form: "form"
      case .url: "url"
      case .other(let mode): mode
      }
    }

    init(from reader: inout ObjectReader) throws(ACPError) {
      switch try reader.required("mode") as String {
      case "form": self = .form(try reader.required("requestedSchema"))
      case "url": self = .url(try reader.required("url"), id: try reader.required("elicitationId"))
      case let mode: self = .other(mode: mode)
      }
    }

    func write(to writer: inout ObjectWriter) {
      writer.required("mode", mode)
      switch self {
      case .form(let schema): writer.required("requestedSchema", schema)
      case .url(let url, let id):
        writer.required("elicitationId", id)
        writer.required("url", url)
      case .other: break
      }
    }
  }

  /// Names a question that a web page asks; chosen by the agent.
  public struct ElicitationID: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }
  }
}
