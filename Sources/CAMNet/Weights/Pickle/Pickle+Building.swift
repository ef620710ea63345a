// What pickles of arrays ask to be built: NumPy's arrays and dtypes, torch's tensors.

extension Pickle {
  /// The value that calling `callable` with `arguments` stands for.
  mutating func reduce(
    _ callable: PickleValue, _ arguments: PickleValue
  ) throws(WeightsError) -> PickleValue {
    guard case .global(let global) = callable, let arguments = items(arguments) else {
      throw malformed("its pickle calls what cannot be called")
    }
    switch global {
    case .reconstruct, .ndarray:
      // Shape and values follow by BUILD.
      return newArray(PickleArray())
    case .dtype:
      guard let code = arguments.first.flatMap(text) else { break }
      return .dtype(
        PickleDType(scalarType: ScalarType(numPyCode: code), isBigEndian: false, name: code))
    case .fromBuffer:
      guard arguments.count == 4, case .bytes(let file, let range) = arguments[0],
        case .dtype(let type) = arguments[1], let shape = shape(arguments[2]),
        let order = text(arguments[3])
      else { break }
      return newArray(
        PickleArray(
          shape: shape, scalarType: type.scalarType, typeName: type.name,
          isBigEndian: type.isBigEndian, isFortranOrder: order == "F",
          values: .bytes(file, range)))
    case .encode:
      // Python 3's bytes under protocol 2: text whose characters are the bytes.
      guard case .string(let text)? = arguments.first else { break }
      let (file, range) = try bytes(of: text)
      return .bytes(file, range)
    case .bytes:
      guard arguments.isEmpty else { break }
      return .bytes(file, 0..<0)
    case .orderedDictionary:
      return newDictionary()
    case .rebuildTensor:
      guard arguments.count >= 4, case .storage(let storage) = arguments[0],
        case .integer(let offset) = arguments[1], let shape = shape(arguments[2]),
        let strides = integers(arguments[3])
      else { break }
      return newArray(
        PickleArray(
          shape: shape, scalarType: storage.type, typeName: storage.type.name,
          values: .storage(storage, offset: offset, strides: strides)))
    case .rebuildParameter:
      guard let tensor = arguments.first, case .array = tensor else { break }
      return tensor
    case .storage:
      break
    }
    throw malformed("its pickle builds an array from what makes none")
  }

  /// A value with the state that the instruction BUILD gives it.
  mutating func build(
    _ value: PickleValue, _ state: PickleValue
  ) throws(WeightsError) -> PickleValue {
    switch value {
    case .dtype(var type):
      guard let state = items(state), state.count >= 2, let order = text(state[1]) else { break }
      type.isBigEndian = order == ">"
      return .dtype(type)
    case .array(let index):
      guard let state = items(state), state.count == 5, let shape = shape(state[1]),
        case .dtype(let type) = state[2]
      else { break }
      var array = PickleArray(
        shape: shape, scalarType: type.scalarType, typeName: type.name,
        isBigEndian: type.isBigEndian)
      if case .bool(true) = state[3] { array.isFortranOrder = true }
      switch state[4] {
      case .bytes(let file, let range): array.values = .bytes(file, range)
      case .list(let list): array.values = .objects(list)
      // Python 3's empty and short strings of Python 2's data, decoded by nobody yet.
      case .string(let text):
        let (file, range) = try bytes(of: text)
        array.values = .bytes(file, range)
      default: throw malformed("its pickle holds an array without values")
      }
      arrays[index] = array
      return value
    case .dictionary:
      // An OrderedDict's attributes, such as torch's `_metadata`.
      return value
    default: break
    }
    throw malformed("its pickle gives a state to what has none")
  }

  /// The torch storage that a tuple names: ('storage', type, key, location, count, …).
  func persistent(_ identity: PickleValue) throws(WeightsError) -> PickleValue {
    guard let items = items(identity), items.count >= 5, text(items[0]) == "storage",
      case .global(.storage(let type)) = items[1], let key = text(items[2]),
      case .integer(let count) = items[4], count >= 0
    else { throw malformed("its pickle names a storage in a way torch does not") }
    // A view of another storage: (view key, offset, count). torch's old format could write them and hardly ever did.
    if items.count > 5, case .tuple = items[5] {
      throw .unsupported(file: file.name, what: "a view of a torch storage")
    }
    return .storage(PickleStorage(type: type, key: key, count: count))
  }

  // MARK: Reading values

  /// The bytes that a text's characters stand for, in memory of their own.
  private func bytes(of text: String) throws(WeightsError) -> (FileBytes, Range<Int>) {
    // One text may be asked for many times.
    try budget.spend(text.utf8.count)
    let bytes = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
    return (FileBytes(bytes, name: file.name), 0..<bytes.count)
  }

  /// The items of a tuple or list; nil for other values.
  func items(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let index): tuples[index]
    case .list(let index): lists[index]
    default: nil
    }
  }

  /// The most bytes of a name, of an array, a type or a storage.
  var longestName: Int { 1024 }

  /// A value as a name: a string, a number, or Python 2's bytes, which are taken as Latin-1. Nil for other values and for
  /// longer ones.
  func text(_ value: PickleValue) -> String? {
    switch value {
    case .string(let text) where text.utf8.count <= longestName: text
    case .bytes(let file, let range) where range.count <= longestName:
      String(String.UnicodeScalarView(file.bytes(range).map { Unicode.Scalar($0) }))
    case .integer(let number): String(number)
    default: nil
    }
  }

  /// A tuple or list of whole numbers as a shape; nil for other values.
  private func shape(_ value: PickleValue) -> Shape? {
    integers(value).map(Shape.init)
  }

  /// A tuple or list of whole numbers; nil for other values.
  private func integers(_ value: PickleValue) -> [Int]? {
    // NumPy's arrays have at most 64 axes.
    guard let items = items(value), items.count <= 64 else { return nil }
    var result: [Int] = []
    for item in items {
      guard case .integer(let number) = item else { return nil }
      result.append(number)
    }
    return result
  }

  private mutating func newArray(_ array: PickleArray) -> PickleValue {
    arrays.append(array)
    return .array(arrays.count - 1)
  }
}
