// SPDX-License-Identifier: Apache-2.0

/// What somebody may have meant who named what there is not.
public enum LikelyWord {
  /// The word that differs least, by at most two letters that are put in, taken out or replaced; nil = none is that near.
  public static func of(_ word: String, among known: some Sequence<String>) -> String? {
    let near = known.map { (distance: distance(word, $0), word: $0) }.min {
      ($0.distance, $0.word) < ($1.distance, $1.word)
    }
    return near.flatMap { $0.distance <= 2 ? $0.word : nil }
  }

  private static func distance(_ one: String, _ other: String) -> Int {
    let other = Array(other)
    var row = Array(0...other.count)
    for (index, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in other.indices {
        let above = row[column + 1]
        row[column + 1] = min(above + 1, row[column] + 1, diagonal + (letter == other[column] ? 0 : 1))
        diagonal = above
      }
    }
    return row[other.count]
  }
}
