/// Caffe's `.caffemodel`: a `NetParameter`, whose layers hold their parameters as blobs.
/// https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto
///
/// A blob has no name. A convolution's and a product's are named `layer/weights` and `layer/biases`, those of other layers by their
/// number, `layer/0`. Axes are Caffe's: kernels out × in / groups × height × width, products out × in.
enum CaffeModel {
  /// Whether a file begins as Caffe's do: with the network's name, or with a layer in one of two forms.
  static func looksLike(_ start: [UInt8]) -> Bool {
    start.count > 2
      && (start[0] == 0x0A || start[0] == 0x12 || start.starts(with: [0xA2, 0x06]))
  }

  static func read(
    _ file: FileBytes, _ budget: ReadingBudget
  ) throws(WeightsError) -> [(String, StoredArray)] {
    var arrays: [(String, StoredArray)] = []
    var network = ProtobufReader(file)
    while let field = try network.next() {
      switch field.number {
      case 2: arrays += try Layer(field.message, .old).arrays(budget)
      case 100: arrays += try Layer(field.message, .new).arrays(budget)
      default: break
      }
    }
    return arrays
  }

  /// Which fields of a layer's message are its name, type and blobs: `V1LayerParameter` and `LayerParameter`.
  private enum Form {
    case old, new
    var name: Int { self == .old ? 4 : 1 }
    var type: Int { self == .old ? 5 : 2 }
    var blobs: Int { self == .old ? 6 : 7 }
  }

  private struct Layer {
    private let file: FileBytes
    private var name = ""
    /// The rank of the kernel or matrix that the layer multiplies by; nil for a layer that does nothing of the kind.
    private var rank: Int?
    private var blobs: [ProtobufReader] = []

    init(_ message: ProtobufReader, _ form: Form) throws(WeightsError) {
      file = message.file
      var reader = message
      while let field = try reader.next() {
        switch field.number {
        case form.name: name = try field.text
        case form.type:
          rank = form == .old ? Self.rank(try field.integer) : Self.rank(try field.text)
        case form.blobs: blobs.append(try field.message)
        default: break
        }
      }
    }

    private static func rank(_ type: String) -> Int? {
      ["Convolution": 4, "Deconvolution": 4, "InnerProduct": 2][type]
    }

    /// The same of the old form's number of a type.
    private static func rank(_ type: Int) -> Int? { [4: 4, 39: 4, 14: 2][type] }

    func arrays(_ budget: ReadingBudget) throws(WeightsError) -> [(String, StoredArray)] {
      var arrays: [(String, StoredArray)] = []
      for (index, blob) in blobs.enumerated() {
        let roles = ["weights", "biases"]
        let role = rank != nil && index < roles.count ? roles[index] : "\(index)"
        let name = "\(name)/\(role)"
        let rank = rank.map { index == 0 ? $0 : 1 }
        try budget.spend(MemoryLayout<StoredArray>.stride + name.utf8.count)
        arrays.append((name, try CaffeModel.array(blob, rank: rank, name, budget)))
      }
      return arrays
    }
  }

  /// Reads a `BlobProto`.
  /// - Parameter rank: how many axes it has, which an old blob, always of four, does not say; nil where it is not known.
  private static func array(
    _ blob: ProtobufReader, rank: Int?, _ name: String, _ budget: ReadingBudget
  ) throws(WeightsError) -> StoredArray {
    var reader = blob
    var dimensions: [Int] = []
    var old = [Int](repeating: 1, count: 4)
    var (floats, doubles) = (RepeatedNumbers(), RepeatedNumbers())
    while let field = try reader.next() {
      switch field.number {
      case 1...4: old[field.number - 1] = try field.integer
      case 5: floats.append(field)
      case 7:
        var shape = try field.message
        while let field = try shape.next() {
          if field.number == 1 { dimensions += try field.integers }
        }
      case 8: doubles.append(field)
      default: break
      }
    }
    if dimensions.isEmpty {
      let extra = rank.map { 4 - $0 } ?? 0
      dimensions = Array(old[..<extra].allSatisfy { $0 == 1 } ? old[extra...] : old[...])
    }
    let isDouble = !doubles.isEmpty
    let (contents, range) = try (isDouble ? doubles : floats).stored(blob.file, budget)
    return try StoredArray(
      contents, range: range, shape: Shape(dimensions), scalarType: isDouble ? .float64 : .float32,
      name: name)
  }
}
