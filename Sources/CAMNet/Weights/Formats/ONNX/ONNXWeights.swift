/// The weights of ONNX files: the initializers of the graph, and the constants that some exporters write in their place.
/// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
enum ONNXWeights {
  /// Whether a file begins as ONNX's do: with the version of its format, a number from 1, and a field that may follow it, or
  /// with the graph or the operator sets.
  static func looksLike(_ start: [UInt8]) -> Bool {
    guard start.count > 2 else { return false }
    let fields: Set<UInt8> = [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72, 0xA2, 0xCA]
    return start[0] == 0x08 ? fields.contains(start[2]) : start[0] == 0x3A || start[0] == 0x42
  }

  /// The arrays of a file in its order, and the files beside it that hold values of theirs.
  static func read(
    _ file: FileBytes, _ budget: ReadingBudget
  ) throws(WeightsError) -> (arrays: [(String, StoredArray)], files: [FileBytes]) {
    let files = ExternalFiles(of: file, budget)
    var arrays: [(String, StoredArray)] = []
    var model = ProtobufReader(file)
    while let field = try model.next() {
      guard field.number == 7 else { continue }
      var graph = try field.message
      while let field = try graph.next() {
        switch field.number {
        case 1: arrays += try constant(field.message, files)
        case 5: arrays.append(try ONNXTensor.read(field.message, files))
        default: break
        }
      }
    }
    return (arrays, files.files)
  }

  /// The float values with axes of a node that is a constant, under the name of its output.
  private static func constant(
    _ node: ProtobufReader, _ files: ExternalFiles
  ) throws(WeightsError) -> [(String, StoredArray)] {
    var reader = node
    var (operation, output) = ("", "")
    var attributes: [ProtobufReader] = []
    while let field = try reader.next() {
      switch field.number {
      case 2: output = try field.text
      case 4: operation = try field.text
      case 5: attributes.append(try field.message)
      default: break
      }
    }
    guard operation == "Constant" else { return [] }
    for attribute in attributes {
      var reader = attribute
      while let field = try reader.next() {
        guard field.number == 5 else { continue }
        let (name, array) = try ONNXTensor.read(field.message, named: output, files)
        let isWeight = array.shape.rank > 0 && array.scalarType.isFloat
        return isWeight ? [(name, array)] : []
      }
    }
    return []
  }
}
