extension Collection {
  /// The first `count` elements in an order, without putting the others in order.
  package func first(
    _ count: Int, by comesBefore: (Element, Element) -> Bool
  ) -> [Element] {
    var found: [Element] = []
    for element in self {
      if found.count == count {
        guard let last = found.last, comesBefore(element, last) else { continue }
        found.removeLast()
      }
      var place = found.count
      while place > 0, comesBefore(element, found[place - 1]) { place -= 1 }
      found.insert(element, at: place)
    }
    return found
  }
}
