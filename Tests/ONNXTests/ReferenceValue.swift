import CAMNet
import Foundation
import ONNX
import Testing

/// A value of a network as the reference files describe it: statistics, and some of its elements spread evenly.
struct ReferenceValue: Decodable {
  let shape: [Int]
  let l2: Double
  let value: [Double]

  /// Expects a value to be this one.
  /// - Parameter tolerance: the relative l2 difference that is let pass.
  func expect(_ found: Value, within tolerance: Double, _ what: String) {
    #expect(found.shape == Shape(shape), "\(what)")
    let numbers = found.numbers
    let last = value.count - 1
    let samples = (0...last).map { numbers[last == 0 ? 0 : $0 * (numbers.count - 1) / last] }
    // Samples that nearly cancel out are measured by the size of all.
    let size = l2 / Double(numbers.count).squareRoot() * Double(value.count).squareRoot()
    let norm = { (values: [Double]) in values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let difference = norm(zip(samples, value).map { $0 - $1 }) / max(size, norm(value), 1e-30)
    #expect(difference <= tolerance, "\(what)")
    #expect(abs(norm(numbers) - l2) <= tolerance * max(l2, 1e-30), "\(what): l2")
  }
}

extension JSONDecoder {
  static var snakeCase: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}
