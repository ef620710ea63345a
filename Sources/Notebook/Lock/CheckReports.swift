import Foundation
import Plot

extension [LockCheck] {
  /// A JUnit report: a suite for each model of each lock, a case for each layer or step. What only follows from another
  /// difference is skipped and says so.
  public func junit() -> String {
    let suites = flatMap { $0.suites(named: { count == 1 ? $1 : "\($0): \($1)" }) }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + xml(
        "testsuites",
        [
          ("name", "camreport check"), ("tests", "\(suites.reduce(0) { $0 + $1.tests })"),
          ("failures", "\(suites.reduce(0) { $0 + $1.failures })"), ("errors", "0"),
        ], "\n" + suites.map(\.xml).joined(separator: "\n") + "\n") + "\n"
  }

  /// The checks' results as JSON, for programs: an object, of several locks an array of them.
  public func json() throws -> String {
    let listings = map(\.listing)
    let data =
      try count == 1
      ? JSONEncoder.record.encode(listings[0]) : JSONEncoder.record.encode(listings)
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}

extension LockCheck {
  /// - Parameter name: a suite's name, of the lock file's and the model's.
  fileprivate func suites(
    named name: (String, String) -> String
  ) -> [(xml: String, tests: Int, failures: Int)] {
    models.map { model in
      var cases = model.agreeing.map { xml("testcase", attributes(model, $0)) }
      var skipped = 0
      for difference in model.differences {
        let name = difference.layer ?? difference.kind.rawValue
        let details = (difference.details + [difference.followersLine].compactMap { $0 })
          .joined(separator: "\n")
        let failure = xml(
          "failure", [("message", difference.headline), ("type", difference.kind.rawValue)],
          escaped(details))
        let line = "\(text.line(of: difference))"
        cases.append(
          xml(
            "testcase", attributes(model, name) + [("file", file), ("line", line)], failure))
        for follower in difference.followers {
          skipped += 1
          let reason = xml("skipped", [("message", "follows from \(name)")])
          cases.append(xml("testcase", attributes(model, follower), reason))
        }
      }
      return (
        xml: xml(
          "testsuite",
          [
            ("name", name(file, model.name)), ("tests", "\(cases.count)"),
            ("failures", "\(model.differences.count)"), ("errors", "0"), ("skipped", "\(skipped)"),
            ("time", "0"),
          ], "\n" + cases.joined(separator: "\n") + "\n"),
        tests: cases.count, failures: model.differences.count
      )
    }
  }

  private func attributes(_ model: ModelCheck, _ name: String) -> [(String, String)] {
    [("classname", "camreport.\(model.name)"), ("name", name), ("time", "0")]
  }

  /// GitHub's workflow commands: an annotation on the lock file's line for each difference.
  public func github() -> String {
    differences.map { difference in
      let details = (difference.details + [difference.followersLine].compactMap { $0 })
        .map(\.printable).joined(separator: "\n")
      return "::error file=\(property(file)),line=\(text.line(of: difference)),"
        + "title=\(property(difference.headline.printable))::\(data(details))"
    }
    .joined(separator: "\n")
  }

  private func data(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }

  fileprivate struct Listing: Encodable {
    let lock: String
    let agrees: Bool
    let models: [Model]

    struct Model: Encodable {
      let name: String
      let agreeing: [String]
      let differences: [Entry]
    }

    struct Entry: Encodable {
      let kind: Difference.Kind
      let layer: String?
      let line: Int
      let details: [String]
      let followers: [String]
    }
  }

  fileprivate var listing: Listing {
    Listing(
      lock: file, agrees: agrees,
      models: models.map { model in
        .init(
          name: model.name, agreeing: model.agreeing,
          differences: model.differences.map { difference in
            .init(
              kind: difference.kind, layer: difference.layer, line: text.line(of: difference),
              details: difference.details, followers: difference.followers)
          })
      })
  }
}

private func xml(
  _ name: String, _ attributes: [(String, String)], _ content: String = ""
) -> String {
  let list = attributes.map { " \($0)=\"\(escaped($1))\"" }.joined()
  return content.isEmpty ? "<\(name)\(list)/>" : "<\(name)\(list)>\(content)</\(name)>"
}

private func escaped(_ text: String) -> String {
  var result = ""
  // XML 1.0 has no control characters and no noncharacters.
  for scalar in text.visible.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
