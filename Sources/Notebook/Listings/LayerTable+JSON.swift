import CAMNet
import Foundation

extension LayerTable {
  private struct Listing: Encodable {
    let model: String
    let size: InputSize
    let axisOrder: AxisOrder
    let layers: [Row]
    let totals: Totals
    let failure: String?
  }

  private struct Row: Encodable {
    let name: String
    /// What the file that the network is from calls the layer; nil where that is its name.
    let source: String?
    let operation: String
    let inputs: [String]
    let inputShape: [Shape]
    let outputShape: Shape
    let arithmetic: [String]
    let kernel: String?
    let parameters: Int
    let multiplyAdds: Int
    let bytes: Int
    let receptiveField: LockedLayer.Field?
  }

  private struct Totals: Encodable {
    let layers: Int
    let parameters: Int
    let multiplyAdds: Int
    let bytes: Int
  }

  func json() throws -> String {
    let rows = layers.map { entry in
      Row(
        name: entry.layer.name, source: entry.layer.source, operation: entry.layer.kind.operation,
        inputs: entry.layer.inputs,
        inputShape: entry.shownInputs, outputShape: entry.shownOutput,
        arithmetic: entry.arithmetic.map(\.description), kernel: entry.kernel,
        parameters: entry.parameterCount, multiplyAdds: entry.multiplyAdds, bytes: entry.bytes,
        receptiveField: entry.receptiveField.map(LockedLayer.Field.init))
    }
    let listing = Listing(
      model: model, size: size, axisOrder: axisOrder, layers: rows,
      totals: Totals(
        layers: layers.count, parameters: parameters, multiplyAdds: multiplyAdds, bytes: bytes),
      failure: failure)
    return String(decoding: try JSONEncoder.record.encode(listing), as: UTF8.self)
  }
}

extension JSONEncoder {
  /// Records as camreport writes them: snake_case, sorted, a value a line.
  static var record: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
