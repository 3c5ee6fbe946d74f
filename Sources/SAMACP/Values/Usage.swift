// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// The tokens of a turn. Unstable in ACP v1, and sent by agents that people use. Source: ACP v1 unstable schema, `Usage`.
  public struct Usage: ACPObject {
    /// All tokens.
    public var totalTokens: UInt64
    /// What the model read.
    public var inputTokens: UInt64
    /// What it wrote.
    public var outputTokens: UInt64
    /// What it thought.
    public var thoughtTokens: UInt64?
    /// What it read from its cache.
    public var cachedReadTokens: UInt64?
    /// What it wrote into its cache.
    public var cachedWriteTokens: UInt64?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(
      totalTokens: UInt64, inputTokens: UInt64, outputTokens: UInt64, thoughtTokens: UInt64? = nil,
      cachedReadTokens: UInt64? = nil, cachedWriteTokens: UInt64? = nil
    ) {
      self.totalTokens = totalTokens
      self.inputTokens = inputTokens
      self.outputTokens = outputTokens
      self.thoughtTokens = thoughtTokens
      self.cachedReadTokens = cachedReadTokens
      self.cachedWriteTokens = cachedWriteTokens
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      totalTokens = try reader.required("totalTokens")
      inputTokens = try reader.required("inputTokens")
      outputTokens = try reader.required("outputTokens")
      thoughtTokens = reader.optional("thoughtTokens")
      cachedReadTokens = reader.optional("cachedReadTokens")
      cachedWriteTokens = reader.optional("cachedWriteTokens")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("totalTokens", totalTokens)
      writer.required("inputTokens", inputTokens)
      writer.required("outputTokens", outputTokens)
      writer.optional("thoughtTokens", thoughtTokens)
      writer.optional("cachedReadTokens", cachedReadTokens)
      writer.optional("cachedWriteTokens", cachedWriteTokens)
      writer.rest(extras)
    }
  }
}
