// SPDX-License-Identifier: Apache-2.0

/// One step from an old text to a new one, by line numbers from 0.
enum LineEdit {
  case kept(Int, Int)
  case removed(Int)
  case added(Int)

  /// Beyond so many changed lines on both sides the shortest way is not searched: that costs their product.
  private static let searchLimit = 3000

  /// The steps from one text to another, the shortest way for texts of a usual size.
  static func between(_ old: [String], _ new: [String]) -> [LineEdit] {
    var start = 0
    while start < old.count, start < new.count, old[start] == new[start] { start += 1 }
    var tail = 0
    while tail < old.count - start, tail < new.count - start, old[old.count - 1 - tail] == new[new.count - 1 - tail] {
      tail += 1
    }
    let oldMiddle = Array(old[start..<(old.count - tail)])
    let newMiddle = Array(new[start..<(new.count - tail)])
    var removed = Set(oldMiddle.indices)
    var added = Set(newMiddle.indices)
    if oldMiddle.count + newMiddle.count <= searchLimit {
      let difference = newMiddle.difference(from: oldMiddle)
      removed = Set(difference.removals.map(offset))
      added = Set(difference.insertions.map(offset))
    }
    var edits: [LineEdit] = (0..<start).map { .kept($0, $0) }
    var oldIndex = 0
    var newIndex = 0
    while oldIndex < oldMiddle.count || newIndex < newMiddle.count {
      if removed.contains(oldIndex) {
        edits.append(.removed(start + oldIndex))
        oldIndex += 1
      } else if added.contains(newIndex) {
        edits.append(.added(start + newIndex))
        newIndex += 1
      } else {
        edits.append(.kept(start + oldIndex, start + newIndex))
        oldIndex += 1
        newIndex += 1
      }
    }
    edits += (0..<tail).map { .kept(old.count - tail + $0, new.count - tail + $0) }
    return edits
  }

  private static func offset(_ change: CollectionDifference<String>.Change) -> Int {
    switch change {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
