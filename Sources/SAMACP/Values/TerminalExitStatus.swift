// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// How a command ended.
  public struct TerminalExitStatus: ACPObject {
    /// Its exit code; nil when a signal ended it.
    public var exitCode: Int64?
    /// The signal that ended it.
    public var signal: String?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(exitCode: Int64? = nil, signal: String? = nil) {
      self.exitCode = exitCode
      self.signal = signal
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      exitCode = reader.optional("exitCode")
      signal = reader.optional("signal")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.optional("exitCode", exitCode)
      writer.optional("signal", signal)
      writer.rest(extras)
    }
  }
}
