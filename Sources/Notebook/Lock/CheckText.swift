extension LockCheck {
  /// What a person reads in a terminal, line by line: each difference with the lock file's line, what was and what is.
  public func lines() -> [String] {
    models.flatMap { model in
      let size = "\(model.was.inputSize)"
      if model.differences.isEmpty {
        let numbers = model.was.run.map { ", \($0.steps.count) steps' numbers" } ?? ""
        return ["\(model.name) at \(size): \(model.was.layers.count) layers\(numbers) as locked"]
      }
      let count = model.differences.count
      let head = "\(model.name) at \(size): \(count) difference\(count == 1 ? "" : "s")"
      return [head] + model.differences.flatMap(lines)
    }
  }

  private func lines(_ difference: Difference) -> [String] {
    let place = "\(file):\(text.line(of: difference))"
    return ["  \(place): \(difference.headline)"]
      + (difference.details + [difference.followersLine].compactMap { $0 }).map { "    " + $0 }
  }
}

extension LockText {
  /// The line of the entry a difference is about.
  func line(of difference: Difference) -> Int {
    line(
      of: difference.layer, model: difference.model, inRun: difference.kind == .numbers)
  }
}
