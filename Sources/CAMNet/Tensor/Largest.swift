extension [Double] {
  /// The places of the `count` largest values, the largest first and of equal values the earlier. The other values are not put
  /// in order.
  /// - Precondition: `count` is at least 1.
  package func largest(_ count: Int) -> [Int] {
    var places: [Int] = []
    // What a value must exceed to be among the largest found so far.
    var least = -Double.infinity
    for (place, value) in enumerated() {
      if places.count == count {
        guard value > least else { continue }
        places.removeLast()
      }
      let position = places.firstIndex { self[$0] < value } ?? places.endIndex
      places.insert(place, at: position)
      if places.count == count { least = self[places[count - 1]] }
    }
    return places
  }
}
