extension RunVerification {
  /// A line for each step, and what it comes to.
  public func lines(_ record: RunRecord, version: String) -> [String] {
    var lines = ["\(record.model), \(record.image.path), weights \(record.weights.source)"]
    if record.camreport != version {
      lines.append("written by camreport \(record.camreport); this is \(version)")
    }
    let names = steps.map(\.name.printable)
    let width = names.map(\.count).max() ?? 0
    for (step, text) in zip(steps, names) {
      let name = text + String(repeating: " ", count: width - text.count)
      let shape = step.shape.map { "  \($0)" } ?? ""
      guard step.details.isEmpty else {
        lines.append("  ✗ \(name)\(shape)")
        lines += step.details.map { "      \($0)" }
        continue
      }
      let numbers =
        step.difference == 0 ? "" : "  within \(Formatted.significant(step.difference, 2))"
      lines.append("  ✓ \(name)\(shape)\(numbers)")
    }
    lines += predictions.map { "  ✗ \($0)" }
    let agreeing = steps.count { $0.details.isEmpty }
    var last = "\(agreeing) of \(steps.count) steps agree"
    if let first = firstDiffering {
      last += "; the first that differs is step \(first.number), \(first.name)"
    } else {
      let largest = steps.map(\.difference).max() ?? 0
      last +=
        largest == 0
        ? ", to the last digit" : ", numbers within \(Formatted.significant(largest, 2))"
      if !predictions.isEmpty { last += "; predictions differ" }
    }
    return lines + [last]
  }
}
