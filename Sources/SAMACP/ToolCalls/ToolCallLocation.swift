// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// A place that a tool call works on.
  public struct ToolCallLocation: ACPObject {
    /// The absolute path.
    public var path: String
    /// The line, counted from 1.
    public var line: Int64?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(path: String, line: Int64? = nil) {
      self.path = path
      self.line = line
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      path = try reader.required("path")
      line = reader.optional("line")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("path", path)
      writer.optional("line", line)
      writer.rest(extras)
    }
  }
}
