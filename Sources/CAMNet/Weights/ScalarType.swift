/// The type of a stored array's values.
public enum ScalarType: Sendable, Hashable, CaseIterable {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case bool

  /// The type's name as NumPy prints it, such as `float32`.
  public var name: String { "\(self)" }

  /// The size of a value in bytes.
  public var size: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Whether values may have fractions.
  package var isFloat: Bool { [.float16, .bfloat16, .float32, .float64].contains(self) }

  /// NumPy's code of the type without byte order, such as `f4`; nil where NumPy has no such type.
  var numPyCode: String? {
    switch self {
    case .float16: "f2"
    case .bfloat16: nil
    case .float32: "f4"
    case .float64: "f8"
    case .int8: "i1"
    case .int16: "i2"
    case .int32: "i4"
    case .int64: "i8"
    case .uint8: "u1"
    case .uint16: "u2"
    case .uint32: "u4"
    case .uint64: "u8"
    case .bool: "b1"
    }
  }

  /// The type that NumPy gives a code without byte order; nil where no type here has it.
  init?(numPyCode: some StringProtocol) {
    guard let type = Self.allCases.first(where: { $0.numPyCode.map { $0 == numPyCode } ?? false })
    else { return nil }
    self = type
  }

  /// Safetensors' code of the type, such as `F32`.
  var safetensorsCode: String {
    switch self {
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .float32: "F32"
    case .float64: "F64"
    case .int8: "I8"
    case .int16: "I16"
    case .int32: "I32"
    case .int64: "I64"
    case .uint8: "U8"
    case .uint16: "U16"
    case .uint32: "U32"
    case .uint64: "U64"
    case .bool: "BOOL"
    }
  }

  /// The type that safetensors gives a code; nil where no type here has it.
  init?(safetensorsCode: String) {
    guard let type = Self.allCases.first(where: { $0.safetensorsCode == safetensorsCode })
    else { return nil }
    self = type
  }
}
