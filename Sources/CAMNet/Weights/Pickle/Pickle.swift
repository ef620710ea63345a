/// Python's pickle as a description of values: a machine that builds dictionaries, lists, numbers and arrays, and can do
/// nothing else. Protocols 2 to 5 (PEP 307, PEP 3154, PEP 574), of Python 2 and 3.
///
/// What it may allocate is bounded by the file: each instruction adds at most one value, arrays stay where they lie, and all of
/// it is taken from the budget of the file.
struct Pickle {
  /// A reader that stands before the next instruction.
  private(set) var reader: ByteReader

  // The arena: all containers that were built, which values name by index.

  var lists: [[PickleValue]] = []
  var tuples: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var arrays: [PickleArray] = []

  private var stack: [PickleValue] = []
  /// The heights of the stack at the marks, the latest last.
  private var marks: [Int] = []
  /// The values that the pickle keeps under numbers to recall them.
  private var memo: [Int: PickleValue] = [:]
  /// What an instruction may add: a value, three times while the array that it is appended to grows.
  private static let instructionCost = 128
  let budget: ReadingBudget

  var file: FileBytes { reader.file }

  init(_ reader: ByteReader, _ budget: ReadingBudget) {
    self.reader = reader
    self.budget = budget
  }

  /// Runs the machine up to its STOP and gives the value it built; `reader` then stands behind it.
  mutating func load() throws(WeightsError) -> PickleValue {
    stack = []
    marks = []
    memo = [:]
    while true {
      let code = try reader.integer(UInt8.self, "the pickle")
      if code == UInt8(ascii: ".") { return try pop() }
      try budget.spend(Self.instructionCost)
      try perform(code)
    }
  }

  /// The error for a file that is damaged, with its `reason` as the end of a sentence.
  func malformed(_ reason: String) -> WeightsError {
    .malformed(file: file.name, reason: reason)
  }

  // MARK: Instructions

  private mutating func perform(_ code: UInt8) throws(WeightsError) {
    switch code {
    case 0x80: try expectProtocol(try reader.integer(UInt8.self, "the pickle"))
    case 0x95: _ = try reader.integer(UInt64.self, "the pickle")
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "J"): stack.append(.integer(Int(try reader.integer(Int32.self, "a number"))))
    case UInt8(ascii: "K"): stack.append(.integer(Int(try reader.integer(UInt8.self, "a number"))))
    case UInt8(ascii: "M"): stack.append(.integer(Int(try reader.integer(UInt16.self, "a number"))))
    case 0x8a: stack.append(try long(Int(try reader.integer(UInt8.self, "a number"))))
    case 0x8b: stack.append(try long(Int(try reader.integer(Int32.self, "a number"))))
    case UInt8(ascii: "G"):
      let bits = try reader.integer(UInt64.self, "a number").byteSwapped
      stack.append(.float(Double(bitPattern: bits)))
    case UInt8(ascii: "U"), UInt8(ascii: "C"):
      try appendBytes(Int(try reader.integer(UInt8.self, "a string")))
    case UInt8(ascii: "T"): try appendBytes(Int(try reader.integer(Int32.self, "a string")))
    case UInt8(ascii: "B"): try appendBytes(Int(try reader.integer(UInt32.self, "bytes")))
    case 0x8e, 0x96: try appendBytes(try reader.count("bytes"))
    case 0x8c: try appendString(Int(try reader.integer(UInt8.self, "a string")))
    case UInt8(ascii: "X"): try appendString(Int(try reader.integer(UInt32.self, "a string")))
    case 0x8d: try appendString(try reader.count("a string"))
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): stack.append(try top())
    case UInt8(ascii: ")"): appendTuple([])
    case 0x85: appendTuple([try pop()])
    case 0x86: appendTuple(try pop(2))
    case 0x87: appendTuple(try pop(3))
    case UInt8(ascii: "t"): appendTuple(try popToMark())
    case UInt8(ascii: "]"): appendList([])
    case UInt8(ascii: "l"): appendList(try popToMark())
    case UInt8(ascii: "a"): try extend(with: [try pop()])
    case UInt8(ascii: "e"): try extend(with: try popToMark())
    case UInt8(ascii: "}"): appendDictionary()
    case UInt8(ascii: "d"):
      let items = try popToMark()
      appendDictionary()
      try setItems(items)
    case UInt8(ascii: "s"): try setItems(try pop(2))
    case UInt8(ascii: "u"): try setItems(try popToMark())
    case UInt8(ascii: "q"): memo[Int(try reader.integer(UInt8.self, "the memo"))] = try top()
    case UInt8(ascii: "r"): memo[Int(try reader.integer(UInt32.self, "the memo"))] = try top()
    case 0x94: memo[memo.count] = try top()
    case UInt8(ascii: "h"): try recall(Int(try reader.integer(UInt8.self, "the memo")))
    case UInt8(ascii: "j"): try recall(Int(try reader.integer(UInt32.self, "the memo")))
    case UInt8(ascii: "c"):
      let module = try reader.line("a name")
      try appendGlobal(module: module, name: try reader.line("a name"))
    case 0x93:
      let names = try pop(2)
      guard let module = text(names[0]), let name = text(names[1]) else {
        throw malformed("its pickle names something by no string")
      }
      try appendGlobal(module: module, name: name)
    case UInt8(ascii: "R"), 0x81:
      let operands = try pop(2)
      stack.append(try reduce(operands[0], operands[1]))
    case UInt8(ascii: "b"):
      let state = try pop()
      stack.append(try build(try pop(), state))
    case UInt8(ascii: "Q"): stack.append(try persistent(try pop()))
    default:
      throw .unsupported(
        file: file.name, what: "a pickle with the instruction 0x\(String(code, radix: 16))")
    }
  }

  private func expectProtocol(_ version: UInt8) throws(WeightsError) {
    guard (2...5).contains(version) else {
      throw .unsupported(file: file.name, what: "a pickle of protocol \(version)")
    }
  }

  /// Reads a whole number of `count` bytes, at most 8, in two's complement.
  private mutating func long(_ count: Int) throws(WeightsError) -> PickleValue {
    let range = try reader.take(count, "a number")
    guard count <= 8 else { throw malformed("its pickle holds a number of \(count) bytes") }
    var value: UInt64 = 0
    let bytes = file.bytes(range)
    for (index, byte) in bytes.enumerated() { value |= UInt64(byte) << UInt64(8 * index) }
    let isNegative = bytes.last.map { $0 >= 0x80 } ?? false
    if isNegative, count < 8 { value |= UInt64.max << UInt64(8 * count) }
    return .integer(Int(Int64(bitPattern: value)))
  }

  private mutating func appendBytes(_ count: Int) throws(WeightsError) {
    stack.append(.bytes(file, try reader.take(count, "bytes")))
  }

  private mutating func appendString(_ count: Int) throws(WeightsError) {
    try budget.spend(count)
    stack.append(.string(try reader.text(count, "a string")))
  }

  private mutating func appendTuple(_ items: [PickleValue]) {
    tuples.append(items)
    stack.append(.tuple(tuples.count - 1))
  }

  private mutating func appendList(_ items: [PickleValue]) {
    lists.append(items)
    stack.append(.list(lists.count - 1))
  }

  private mutating func appendDictionary() {
    stack.append(newDictionary())
  }

  mutating func newDictionary() -> PickleValue {
    dictionaries.append([])
    return .dictionary(dictionaries.count - 1)
  }

  private mutating func extend(with items: [PickleValue]) throws(WeightsError) {
    guard case .list(let index) = try top() else {
      throw malformed("its pickle appends to no list")
    }
    lists[index] += items
  }

  /// Adds items, key after value in turn, to the dictionary on top of the stack.
  private mutating func setItems(_ items: [PickleValue]) throws(WeightsError) {
    guard case .dictionary(let index) = try top(), items.count % 2 == 0 else {
      throw malformed("its pickle sets items of no dictionary")
    }
    for position in stride(from: 0, to: items.count, by: 2) {
      dictionaries[index].append((items[position], items[position + 1]))
    }
  }

  private mutating func recall(_ key: Int) throws(WeightsError) {
    guard let value = memo[key] else { throw malformed("its pickle recalls what it never kept") }
    stack.append(value)
  }

  private mutating func appendGlobal(module: String, name: String) throws(WeightsError) {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw .refusedGlobal(file: file.name, name: "\(module).\(name)")
    }
    stack.append(.global(global))
  }

  // MARK: The stack

  /// The value on top of the stack, above the latest mark.
  private func top() throws(WeightsError) -> PickleValue {
    guard let value = stack.last, stack.count > (marks.last ?? 0) else {
      throw malformed("its pickle takes more than it made")
    }
    return value
  }

  private mutating func pop() throws(WeightsError) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(_ count: Int) throws(WeightsError) -> [PickleValue] {
    var values: [PickleValue] = []
    for _ in 0..<count { values.append(try pop()) }
    return values.reversed()
  }

  /// Takes all values above the latest mark from the stack, and the mark.
  private mutating func popToMark() throws(WeightsError) -> [PickleValue] {
    guard let mark = marks.popLast(), mark <= stack.count else {
      throw malformed("its pickle ends what it never began")
    }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }
}
