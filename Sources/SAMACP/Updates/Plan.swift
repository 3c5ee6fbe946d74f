// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// The whole plan; it replaces the one before.
  public struct Plan: ACPObject {
    /// The steps.
    public var entries: [PlanEntry]
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(entries: [PlanEntry]) {
      self.entries = entries
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      entries = try reader.required("entries")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("entries", entries)
      writer.rest(extras)
    }
  }

  /// A step of a plan.
  public struct PlanEntry: ACPObject {
    /// What is to be done.
    public var content: String
    /// How important it is.
    public var priority: PlanEntryPriority
    /// How far it is.
    public var status: PlanEntryStatus
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(content: String, priority: PlanEntryPriority, status: PlanEntryStatus) {
      self.content = content
      self.priority = priority
      self.status = status
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      content = try reader.required("content")
      priority = try reader.required("priority")
      status = try reader.required("status")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("content", content)
      writer.required("priority", priority)
      writer.required("status", status)
      writer.rest(extras)
    }
  }

  /// How important a step is.
  public struct PlanEntryPriority: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// High.
    public static let high = PlanEntryPriority(rawValue: "high")
    /// Medium.
    public static let medium = PlanEntryPriority(rawValue: "medium")
    /// Low.
    public static let low = PlanEntryPriority(rawValue: "low")
  }

  /// How far a step is.
  public struct PlanEntryStatus: ACPString {
    /// The string on the wire.
    public let rawValue: String
    /// Wraps any string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Not started.
    public static let pending = PlanEntryStatus(rawValue: "pending")
    /// Being done.
    public static let inProgress = PlanEntryStatus(rawValue: "in_progress")
    /// Done.
    public static let completed = PlanEntryStatus(rawValue: "completed")
  }
}
