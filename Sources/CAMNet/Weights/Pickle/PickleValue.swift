/// A value of a pickle. Containers stand in the machine's arena and are named by index, so that neither cycles nor deep
/// nesting cost anything.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  /// Python's bytes, or Python 2's str, by where they lie.
  case bytes(FileBytes, Range<Int>)
  case string(String)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(PickleGlobal)
  case dtype(PickleDType)
  case storage(PickleStorage)
  case array(Int)
}

/// A global that a pickle of weights may name. There are no others: nothing is looked up, and no code of Python's is run, as
/// each global stands for a way to build a value here.
enum PickleGlobal: Equatable {
  case ndarray, reconstruct, fromBuffer, dtype
  case encode, bytes
  case orderedDictionary
  case rebuildTensor, rebuildParameter
  case storage(ScalarType)

  /// The global of a Python module; nil where pickles of weights have no need of it.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("numpy", "ndarray"): self = .ndarray
    case ("numpy", "dtype"): self = .dtype
    case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
      self = .reconstruct
    case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"):
      self = .fromBuffer
    case ("_codecs", "encode"): self = .encode
    case ("__builtin__", "bytes"), ("builtins", "bytes"): self = .bytes
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch", let name):
      guard let type = Self.storages[name] else { return nil }
      self = .storage(type)
    default: return nil
    }
  }

  /// torch's names of storages, and their values' types.
  private static let storages: [String: ScalarType] = [
    "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "FloatStorage": .float32,
    "DoubleStorage": .float64, "CharStorage": .int8, "ShortStorage": .int16,
    "IntStorage": .int32, "LongStorage": .int64, "ByteStorage": .uint8, "BoolStorage": .bool,
  ]
}

/// A NumPy dtype: the type of an array's values, and their byte order.
struct PickleDType {
  /// The type of numbers; nil for Python objects and for types that are not read.
  var scalarType: ScalarType?
  var isBigEndian = false
  /// NumPy's code without byte order, such as `f4` or `O8`, for messages.
  var name: String
}

/// A torch storage: values that lie elsewhere in the file and are found by key.
struct PickleStorage {
  let type: ScalarType
  let key: String
  /// How many values the storage has.
  let count: Int
}

/// An array as the pickle describes it, once all of it is known.
struct PickleArray {
  /// Where an array's values are.
  enum Values {
    case none
    /// The raw data of a NumPy array, by where they lie.
    case bytes(FileBytes, Range<Int>)
    /// The Python objects of a NumPy array: a list, by its index in the arena.
    case objects(Int)
    /// The values of a torch tensor: a storage, the first value's index in it, and how many values apart neighbours along each
    /// axis lie.
    case storage(PickleStorage, offset: Int, strides: [Int])
  }

  var shape: Shape = []
  /// The type of numbers; nil for Python objects and for types that are not read.
  var scalarType: ScalarType?
  /// The type's name in the file, for messages.
  var typeName = ""
  var isBigEndian = false
  var isFortranOrder = false
  var values: Values = .none
}
