// SPDX-License-Identifier: Apache-2.0
internal import SAMCore

extension SimCloud.Behaviour {
  /// Everything works, and no answer is behind.
  public static var calm: Self { Self() }

  /// As Hetzner Cloud: one call makes a machine and its address, names are unique, 3600 calls an hour.
  ///
  /// https://docs.hetzner.cloud/reference/cloud; no fault strikes until a rate is set.
  public static var hetznerLike: Self {
    var it = Self()
    it.dialect = .hetzner
    it.uniqueNames = true
    it.hostNames = true
    it.longestLabel = 63
    it.limit = SimCloud.RateLimit(burst: 3600, refill: .seconds(1))
    it.kinds = ["cx23", "cx33", "cpx22"].map { SimCloud.Kind($0) }
    it.parts = [SimCloud.Part(.address, outlives: false, isLabelled: false)]
    return it
  }

  /// As Scaleway Instances: a machine takes three calls, its address comes with the boot, it takes seconds to go, and
  /// its volume stays, without a label, in use for some seconds more, until it is removed by a call of its own.
  ///
  /// https://www.scaleway.com/en/developers/api/instances/; no fault strikes until a rate is set.
  public static var scalewayLike: Self {
    var it = Self()
    it.dialect = .scaleway
    it.steps = 3
    it.page = 100
    it.address = .seconds(5)...(.seconds(40))
    it.kinds = ["DEV1-S", "PLAY2-MICRO"].map { SimCloud.Kind($0) }
    it.parts = [
      SimCloud.Part(.volume, outlives: true, isLabelled: false, inUse: .zero...(.seconds(15)))
    ]
    // Recorded: 3 to 8 seconds from `starting` to `running`; 2 and 12 from `terminate` until the volume was detached.
    it.starting = .seconds(2)...(.seconds(15))
    it.removal = .seconds(1)...(.seconds(20))
    return it
  }

  /// Everything goes wrong again and again: all faults strike, stock and calls are short, and parts stay behind.
  ///
  /// It can be survived all the same: what outlives its machine carries a label and is listed.
  public static var hostile: Self {
    var it = scalewayLike
    it.dialect = .plain
    it.parts = it.parts.map { SimCloud.Part($0.kind, outlives: true, isLabelled: true, inUse: $0.inUse) }
    it.listsLeftovers = true
    it.limit = SimCloud.RateLimit(burst: 30, refill: .seconds(2))
    it.quota = SimCloud.Quota("servers", most: 12)
    it.parts.append(SimCloud.Part(.address, outlives: false, isLabelled: false))
    it.rates = [
      .outage: 400, .rate: 40, .authentication: 400, .unavailable: 30, .errorBefore: 60, .errorAfter: 60, .slow: 10,
      .lostCall: 40,
      .lostAnswer: 20, .outOfStock: 15, .partialCreate: 15, .neverBoots: 12, .bootsLate: 8, .vanishes: 20,
      .removesLate: 6, .removesNothing: 12, .leavesPart: 6, .brokenList: 20, .staleRead: 2,
    ]
    return it
  }

  /// The same cloud without its faults.
  public var faultless: Self {
    var it = self
    it.rates = [:]
    return it
  }
}
