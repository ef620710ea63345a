import Training

extension TrainingRecord {
  /// The command that trains the same again, for a shell; options that are as they are without being named are left out.
  var commandLine: String {
    let (given, usual) = (options, TrainingOptions())
    var words = ["camreport", "finetune", data.path, "--out", output, "--model", model]
    func add(_ name: String, _ value: String, unless isUsual: Bool) {
      if !isUsual { words += ["--\(name)", value] }
    }
    add("weights", weights, unless: weights == "embedded")
    switch given.trained {
    case .head: break
    case .all: words += ["--train", "all"]
    case .layers(let names): words += ["--train", names.joined(separator: ",")]
    }
    add("epochs", "\(given.epochs)", unless: given.epochs == usual.epochs)
    add("batch", "\(given.batch)", unless: given.batch == usual.batch)
    words += ["--learning-rate", given.learningRate.map { "\($0)" } ?? "auto"]
    add("schedule", given.schedule, unless: given.schedule == usual.schedule)
    let (one, other) = (given.optimizer, usual.optimizer)
    add("optimizer", one.name, unless: one.name == other.name)
    add("momentum", "\(one.momentum)", unless: one.momentum == other.momentum)
    if one.isNesterov { words.append("--nesterov") }
    add("beta1", "\(one.beta1)", unless: one.beta1 == other.beta1)
    add("beta2", "\(one.beta2)", unless: one.beta2 == other.beta2)
    add("weight-decay", "\(given.weightDecay)", unless: given.weightDecay == usual.weightDecay)
    add(
      "label-smoothing", "\(given.labelSmoothing)",
      unless: given.labelSmoothing == usual.labelSmoothing)
    if given.balancesClasses { words += ["--class-weights", "balanced"] }
    switch given.validation {
    case .fraction(let share):
      add("validation", "\(share)", unless: given.validation == usual.validation)
    case .data(let path): words += ["--validation", path]
    }
    for name in given.augmentations { words += ["--augment", name] }
    add("seed", given.seed, unless: given.seed == usual.seed)
    if let patience = given.patience { words += ["--patience", "\(patience)"] }
    if given.keepsHead { words.append("--keep-head") }
    if given.keepsDuplicates { words.append("--keep-duplicates") }
    add("bad-photos", "\(given.badPhotos)", unless: given.badPhotos == usual.badPhotos)
    if let size = given.size { words += ["--size", "\(size)"] }
    return words.map(\.shellQuoted).joined(separator: " ")
  }
}

extension String {
  /// The text as one word of a shell's command line.
  var shellQuoted: String {
    let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/:,+=@%"
    return !isEmpty && allSatisfy(plain.contains)
      ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}
