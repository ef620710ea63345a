import CAMNet
import Training

extension TrainingRecord {
  /// The command that trains the same again, for a shell; options that are as they are without being named are left out.
  var commandLine: String {
    var words = ["camreport", "finetune", data.path, "--out", output]
    // A network from a file is the one of its weights.
    if Model.all.contains(where: { $0.name == model }) { words += ["--model", model] }
    if weights != "\(WeightsSource.embedded)" { words += ["--weights", weights] }
    let usual = Dictionary(
      TrainingOptions().arguments.map { ($0.option, $0.value) },
      uniquingKeysWith: { first, _ in first })
    // Without its rate named, a training takes its optimizer's.
    for (option, value) in options.arguments
    where option.hasPrefix("--") && (value != usual[option] || option == "--learning-rate") {
      if TrainingOptions.flags.contains(option) {
        words.append(option)
      } else if option == "--augment" {
        words += value.split(separator: ",").flatMap { [option, String($0)] }
      } else {
        words += [option, value]
      }
    }
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
