// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Values of one figure: one for each run.
struct Sample {
  private let sorted: [Double]

  /// - Parameter values: at least one, in any order.
  init(_ values: [Double]) { sorted = values.isEmpty ? [.nan] : values.sorted() }

  var count: Int { sorted.count }
  var min: Double { sorted[0] }
  var max: Double { sorted[sorted.count - 1] }
  var median: Double {
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The value that so many of a hundred do not exceed (nearest rank).
  func percentile(_ share: Double) -> Double {
    let rank = Int((share / 100 * Double(sorted.count)).rounded(.up))
    return sorted[Swift.min(Swift.max(rank, 1), sorted.count) - 1]
  }

  /// A number without needless digits.
  static func short(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : String(format: "%.1f", value)
  }
}
