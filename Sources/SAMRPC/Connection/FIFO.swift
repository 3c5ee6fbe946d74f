// SPDX-License-Identifier: Apache-2.0

/// A first-in-first-out queue whose operations take constant time on average.
struct FIFO<Element>: Sequence {
  private var elements: [Element?] = []
  private var head = 0

  var count: Int { elements.count - head }
  var isEmpty: Bool { count == 0 }
  var first: Element? { isEmpty ? nil : elements[head] }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func popFirst() -> Element? {
    guard !isEmpty else { return nil }
    let element = elements[head]
    elements[head] = nil
    head += 1
    if head == elements.count || head >= 1024 {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }

  mutating func removeAll() { (elements, head) = ([], 0) }

  /// Removes the first element for which the condition holds.
  mutating func removeFirst(where condition: (Element) -> Bool) -> Element? {
    guard let index = elements[head...].firstIndex(where: { $0.map(condition) ?? false }) else { return nil }
    return elements.remove(at: index)
  }

  func makeIterator() -> some IteratorProtocol<Element> { elements[head...].lazy.compactMap { $0 }.makeIterator() }
}

extension FIFO: Sendable where Element: Sendable {}
