// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// How full the context is and what the session cost.
  public struct UsageUpdate: ACPObject {
    /// Tokens in the context.
    public var used: UInt64
    /// Tokens that fit into it.
    public var size: UInt64
    /// What the session cost so far.
    public var cost: Cost?
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(used: UInt64, size: UInt64, cost: Cost? = nil) {
      self.used = used
      self.size = size
      self.cost = cost
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      used = try reader.required("used")
      size = try reader.required("size")
      cost = reader.optional("cost")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("used", used)
      writer.required("size", size)
      writer.optional("cost", cost)
      writer.rest(extras)
    }
  }

  /// An amount of money.
  public struct Cost: ACPObject {
    /// How much.
    public var amount: Double
    /// Of what (ISO 4217).
    public var currency: String
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(amount: Double, currency: String) {
      self.amount = amount
      self.currency = currency
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      amount = try reader.required("amount")
      currency = try reader.required("currency")
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      writer.required("amount", amount)
      writer.required("currency", currency)
      writer.rest(extras)
    }
  }
}
