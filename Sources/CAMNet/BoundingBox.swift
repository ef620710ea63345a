/// The box that the CAM paper draws around an object: Zhou et al., CVPR 2016, section 3.2.
///
/// Values above 20 % of the map's maximum, of the raw map and not after min-max; of those the largest connected part
/// (pixels joined by their sides), and the box around it.
public struct BoundingBox: Sendable, Hashable {
  /// In the map's pixels.
  public let x: Int
  public let y: Int
  public let width: Int
  public let height: Int

  static let threshold: Float = 0.2

  /// Nil for a map without a positive value, which has no box.
  /// - Parameter map: a raw map, (h, w).
  public init?(_ map: Tensor) {
    let columns = map.shape[1]
    let best: Part? = map.withUnsafeElements { values in
      guard let maximum = values.max(), maximum > 0 else { return nil }
      let limit = maximum * Self.threshold
      var isOpen = values.map { $0 > limit }
      var stack: [Int] = []
      var best: Part?
      isOpen.withUnsafeMutableBufferPointer { isOpen in
        for start in isOpen.indices where isOpen[start] {
          let part = Part(from: start, columns: columns, isOpen: isOpen, stack: &stack)
          if part.count > best?.count ?? 0 { best = part }
        }
      }
      return best
    }
    guard let best else { return nil }
    x = best.left
    y = best.top
    width = best.right - best.left + 1
    height = best.bottom - best.top + 1
  }

  /// A connected part's extent.
  private struct Part {
    var count = 0
    var (left, right, top, bottom) = (Int.max, 0, Int.max, 0)

    /// Takes all pixels that are joined to `start` out of those that are open.
    init(
      from start: Int, columns: Int, isOpen: UnsafeMutableBufferPointer<Bool>, stack: inout [Int]
    ) {
      func open(_ pixel: Int) {
        guard isOpen[pixel] else { return }
        isOpen[pixel] = false
        stack.append(pixel)
      }
      open(start)
      while let pixel = stack.popLast() {
        let (row, column) = pixel.quotientAndRemainder(dividingBy: columns)
        count += 1
        left = min(left, column)
        right = max(right, column)
        top = min(top, row)
        bottom = max(bottom, row)
        if column > 0 { open(pixel - 1) }
        if column < columns - 1 { open(pixel + 1) }
        if pixel >= columns { open(pixel - columns) }
        if pixel + columns < isOpen.count { open(pixel + columns) }
      }
    }
  }
}
