/// The memory that reading a weights file may take, in proportion to its size: what a file's claims, names, lists and packed
/// bytes come to is taken from it before it is made.
final class ReadingBudget {
  private let file: FileBytes
  private let total: Int
  private var left: Int

  init(_ file: FileBytes) {
    self.file = file
    let (proportion, overflow) = file.count.multipliedReportingOverflow(by: 16)
    total = (256 << 20) + (overflow ? .max >> 1 : proportion)
    left = total
  }

  /// Takes some bytes from what is left, and throws where that is less.
  func spend(_ bytes: Int) throws(WeightsError) {
    guard bytes <= left else {
      throw .tooMuchMemory(file: file.name, size: file.count, allowed: total)
    }
    left -= bytes
  }
}
