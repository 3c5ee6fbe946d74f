// SPDX-License-Identifier: Apache-2.0
public import SAMCore

extension SimCloud {
  /// How a cloud behaves, as data: what is natural to it, and how often it misbehaves.
  public struct Behaviour: Hashable, Sendable {
    /// What is special about it. No answer is behind by more than its `settling`.
    public var traits = ProviderTraits(settling: .seconds(60))
    /// Whose words it answers in.
    public var dialect = Dialect.plain
    /// How often which fault strikes.
    public var rates: Rates = [:]

    /// How long an answer takes.
    public var latency: ClosedRange<Duration> = .milliseconds(100)...(.milliseconds(800))
    /// How much longer a slow one takes.
    public var slowness: ClosedRange<Duration> = .seconds(5)...(.seconds(25))
    /// After which time a call without an answer counts as failed.
    public var timeout = Duration.seconds(30)

    /// From the create call until the machine is up for its provider: before that it cannot be removed.
    public var starting: ClosedRange<Duration> = .zero...(.zero)
    /// From the create call until the boot is complete.
    public var boot: ClosedRange<Duration> = .seconds(20)...(.seconds(60))
    /// The same for a machine that comes up late.
    public var lateBoot: ClosedRange<Duration> = .seconds(300)...(.seconds(1500))
    /// From the create call until the address is known; nil = the create call answers it.
    public var address: ClosedRange<Duration>?
    /// From the create call until a machine disappears that is to disappear by itself.
    public var lifetime: ClosedRange<Duration> = .seconds(60)...(.seconds(7200))

    /// The kinds of machines. An order without a kind gets the first.
    public var kinds: [Kind] = [Kind("small"), Kind("large")]
    /// How long a kind is out of stock.
    public var shortage: ClosedRange<Duration> = .seconds(60)...(.seconds(1800))
    /// How many there may be at a time; nil = no limit.
    public var quota: Quota?
    /// How many calls it takes; nil = any number.
    public var limit: RateLimit?
    /// How many machines a page of a list holds; each page is a call for the limit.
    public var page = 50
    /// How many calls it takes to make one machine. When the limit is met in between, the create is a partial one.
    public var steps = 1

    /// Whether no two machines of the account may have the same name.
    public var uniqueNames = false
    /// Whether a name must be a host name (RFC 1123).
    public var hostNames = false
    /// The longest label that it takes, in characters; nil = any.
    public var longestLabel: Int?

    /// What is billed with each machine.
    public var parts: [Part] = []
    /// Whether what outlived its machine is listed in its place when it carries a label.
    public var listsLeftovers = false
    /// Whether its lists hold all that there is, whoever asks: it is the caller who must look at the labels.
    public var listsOthers = false
    /// How long a machine takes to go, in which it is there and billed. One that was never started goes at once.
    public var removal: ClosedRange<Duration> = .zero...(.zero)

    /// How long the whole cloud is out of order when it is.
    public var outage: ClosedRange<Duration> = .seconds(30)...(.seconds(900))
    /// How long the credential is refused when it is.
    public var refusal: ClosedRange<Duration> = .seconds(30)...(.seconds(600))

    /// A calm cloud with ordinary delays; change what you need.
    public init() {}
  }

  /// A kind of machine.
  public struct Kind: Hashable, Sendable {
    /// Its name in the provider's words.
    public var name: String
    /// How many there can be at a time; nil = any number.
    public var stock: Int?
    /// - Parameters: as the properties of the same names.
    public init(_ name: String, stock: Int? = nil) {
      self.name = name
      self.stock = stock
    }
  }

  /// How much the account may have.
  public struct Quota: Hashable, Sendable {
    /// Its name in the provider's words.
    public var name: String
    /// What it counts.
    public var of: Resource.Kind
    /// How many there may be at a time.
    public var most: Int
    /// - Parameters: as the properties of the same names.
    public init(_ name: String, of: Resource.Kind = .server, most: Int) {
      self.name = name
      self.of = of
      self.most = most
    }
  }

  /// How many calls a cloud takes: a bucket that is filled again bit by bit.
  public struct RateLimit: Hashable, Sendable {
    /// How many at once.
    public var burst: Int
    /// How long it takes until one more is allowed.
    public var refill: Duration
    /// - Parameters: as the properties of the same names.
    public init(burst: Int, refill: Duration) {
      self.burst = burst
      self.refill = refill
    }
  }

  /// Something that is billed with a machine.
  public struct Part: Hashable, Sendable {
    /// What it is.
    public var kind: Resource.Kind
    /// Whether it is there after its machine is gone, until it is removed by a call of its own.
    public var outlives: Bool
    /// Whether it carries the labels of the create call itself; what does not is found only through its machine.
    public var isLabelled: Bool
    /// How long it is in use after its machine has gone: it cannot be removed before.
    public var inUse: ClosedRange<Duration>
    /// - Parameters: as the properties of the same names.
    public init(
      _ kind: Resource.Kind, outlives: Bool, isLabelled: Bool, inUse: ClosedRange<Duration> = .zero...(.zero)
    ) {
      self.kind = kind
      self.outlives = outlives
      self.isLabelled = isLabelled
      self.inUse = inUse
    }
  }
}
