import CAMNet
import Foundation
import ONNX
import TestSupport
import Testing

/// ONNX's own tests of operators: a graph of one node or a few, inputs, and the outputs that ONNX's reference gives.
@Suite struct NodeTests {
  private static let archive = Fixture.reference("onnx/node-tests.zip")

  /// The members of the archive by the folder of their case.
  private static func cases() throws -> [(name: String, files: [String: FileBytes])] {
    guard let archive else { return [] }
    let file = try FileBytes(contentsOf: archive.path)
    let zip = try Zip(file, ReadingBudget(file))
    var cases: [String: [String: FileBytes]] = [:]
    for member in zip.members where !member.name.hasSuffix("/") {
      let parts = member.name.split(separator: "/", maxSplits: 2).map(String.init)
      let bytes = try ZipContents(file, member).bytes()
      cases["\(parts[0])/\(parts[1])", default: [:]][parts[2]] = FileBytes(bytes, name: member.name)
    }
    return cases.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// A tensor in a file of its own.
  private func value(_ file: FileBytes) throws -> Value {
    let files = ExternalFiles(of: file, ReadingBudget(file))
    return try Value(ONNXTensor.read(ProtobufReader(file), files).array)
  }

  @Test(.enabled(if: archive != nil, "the node tests are not beside the project"))
  func `all 416 give what ONNX's reference gives`() throws {
    let cases = try Self.cases()
    #expect(cases.count == 416)
    for (name, files) in cases {
      do {
        try run(name, files)
      } catch {
        Issue.record("\(name): \(error)")
      }
    }
  }

  private func run(_ name: String, _ files: [String: FileBytes]) throws {
    let model = try ONNXFile(try #require(files["model.onnx"]))
    var set = 0
    while files["test_data_set_\(set)/output_0.pb"] != nil {
      func values(_ kind: String) throws -> [Value] {
        try (0...).lazy.map { files["test_data_set_\(set)/\(kind)_\($0).pb"] }
          .prefix { $0 != nil }.compactMap(\.self).map(value)
      }
      let found = try model.evaluate(values("input"))
      let expected = try values("output")
      #expect(found.count == expected.count, "\(name)")
      for (index, (value, reference)) in zip(found, expected).enumerated() {
        #expect(value.type == reference.type, "\(name), output \(index)")
        let (one, other) = (value.numbers, reference.numbers)
        let agrees = one.count == other.count && zip(one, other).allSatisfy { isClose($0, $1) }
        #expect(agrees, "\(name), output \(index): \(one.prefix(8)), expected \(other.prefix(8))")
      }
      set += 1
    }
    #expect(set > 0, "\(name)")
  }

  /// Whether two numbers are as close as ONNX's own tests ask for: 1e-3 relative, 1e-7 absolute.
  private func isClose(_ one: Double, _ other: Double) -> Bool {
    one == other || (one.isNaN && other.isNaN) || abs(one - other) <= 1e-7 + 1e-3 * abs(other)
  }
}

/// What is written about operators.
@Suite struct OperatorListTests {
  @Test func `the list of operators in the documentation is the list of those that run`() throws {
    let url = Fixture.project.appending(path: "docs/networks.md")
    let text = try String(contentsOf: url, encoding: .utf8)
    let start = try #require(text.firstRange(of: "operators that are run:\n\n"))
    let list = text[start.upperBound...].prefix { $0 != "." }
    let names = list.split { $0 == "," || $0 == "\n" || $0 == " " }.map(String.init)
    #expect(Set(names) == Operators.names)
    #expect(text.contains("The \(Operators.names.count) operators"))
  }
}
