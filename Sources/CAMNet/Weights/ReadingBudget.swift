/// The memory that reading a weights file may take, in proportion to its size: what a file's claims, names, lists and packed
/// bytes come to is taken from it before it is made.
package final class ReadingBudget {
  private let file: FileBytes
  private var total: Int
  private var left: Int

  package init(_ file: FileBytes) {
    self.file = file
    total = (256 << 20) + Self.proportion(of: file)
    left = total
  }

  /// Adds what another file that belongs to the first pays for.
  func add(_ file: FileBytes) {
    total += Self.proportion(of: file)
    left += Self.proportion(of: file)
  }

  /// What the bytes of a file pay for, far less than what would overflow if some files had as much.
  private static func proportion(of file: FileBytes) -> Int {
    min(file.count, 1 << 48) * 16
  }

  /// Takes some bytes from what is left, and throws where that is less.
  package func spend(_ bytes: Int) throws(WeightsError) {
    guard bytes <= left else {
      throw .tooMuchMemory(file: file.name, size: file.count, allowed: total)
    }
    left -= bytes
  }
}
