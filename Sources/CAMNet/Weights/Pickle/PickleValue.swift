/// A value of a pickle. Containers stand in the machine's arena and are named by index, so that neither cycles nor deep
/// nesting cost anything.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  /// Python's bytes, and Python 2's str: where they lie.
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

/// The only globals that a pickle of weights may name. Nothing else is looked up, and none of them is Python's: each
/// stands for a way to build a value here.
enum PickleGlobal: Equatable {
  case ndarray, reconstruct, fromBuffer, dtype
  case encode, bytes
  case orderedDictionary
  case rebuildTensor, rebuildParameter
  case storage(ScalarType)

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

  private static let storages: [String: ScalarType] = [
    "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "FloatStorage": .float32,
    "DoubleStorage": .float64, "CharStorage": .int8, "ShortStorage": .int16,
    "IntStorage": .int32, "LongStorage": .int64, "ByteStorage": .uint8, "BoolStorage": .bool,
  ]
}

/// A NumPy dtype: a type and its byte order; `objects` for arrays of Python objects.
struct PickleDType {
  var scalarType: ScalarType?
  var isBigEndian = false
  var name: String
}

/// A torch storage: values that lie elsewhere in the file, found by key.
struct PickleStorage {
  let type: ScalarType
  let key: String
  let count: Int
}

/// An array as the pickle describes it, once all of it is known.
struct PickleArray {
  enum Values {
    case none
    /// NumPy's raw data.
    case bytes(FileBytes, Range<Int>)
    /// NumPy's objects: a list's index in the arena.
    case objects(Int)
    /// torch's: a storage, the first value's index in it, and the strides.
    case storage(PickleStorage, offset: Int, strides: [Int])
  }

  var shape: Shape = []
  var scalarType: ScalarType?
  var typeName = ""
  var isBigEndian = false
  var isFortranOrder = false
  var values: Values = .none
}
