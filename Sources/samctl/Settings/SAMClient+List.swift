// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMClient

extension SAMClient {
  /// As many items as a person wants to see, over as many pages as that takes; `next` says whether there are more.
  func list<Item: Codable & Sendable>(
    _ options: ListOptions, _ page: (_ limit: Int, _ cursor: String?) async throws -> Page<Item>
  ) async throws -> Page<Item> {
    var result = try await page(options.page, nil)
    while let next = result.next, result.items.count < options.limit {
      let more = try await page(min(options.page, options.limit - result.items.count), next)
      result.items += more.items
      result.next = more.items.isEmpty ? nil : more.next
    }
    return result
  }
}
