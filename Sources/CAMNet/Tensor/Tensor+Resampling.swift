/// Which places along an axis each place of another axis is a weighed sum of.
struct AxisTaps {
  /// For each place the places that it is made of; none where nothing lies.
  let taps: [[(index: Int, weight: Float)]]

  /// Which of these places each of `count` places goes into: the other way round.
  func transposed(_ count: Int) -> AxisTaps {
    var result = [[(index: Int, weight: Float)]](repeating: [], count: count)
    for (place, taps) in taps.enumerated() {
      for tap in taps { result[tap.index].append((place, tap.weight)) }
    }
    return AxisTaps(taps: result)
  }
}

extension Tensor {
  /// Feature maps whose places are weighed sums of these maps' places, along both axes.
  /// - Parameter filling: the value of places that are made of none.
  func resampled(rows: AxisTaps, columns: AxisTaps, filling: Float = 0) -> Tensor {
    let (width, channels) = (shape[2], shape[3])
    return Tensor(shape: [shape[0], rows.taps.count, columns.taps.count, channels]) { destination in
      withUnsafeElements { source in
        parallel(over: rows.taps.count) { row in
          guard let source = source.baseAddress, let start = destination.baseAddress else { return }
          let line = start + row * columns.taps.count * channels
          for (column, across) in columns.taps.enumerated() {
            let target = line + column * channels
            let isEmpty = across.isEmpty || rows.taps[row].isEmpty
            target.initialize(repeating: isEmpty ? filling : 0, count: channels)
            for down in rows.taps[row] {
              for tap in across {
                let values = source + (down.index * width + tap.index) * channels
                let weight = down.weight * tap.weight
                for channel in 0..<channels { target[channel] += weight * values[channel] }
              }
            }
          }
        }
      }
    }
  }
}
