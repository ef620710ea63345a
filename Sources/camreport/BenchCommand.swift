import ArgumentParser
import CAMNet
import Notebook
import Training

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time a network's layers on this machine.",
    usage: "camreport bench [<options>]",
    discussion: """
      Each layer's median time over the runs, what it computes in a nanosecond, and the algorithm \
      used; then the median of whole forward passes without statistics, weights prepared. A model \
      without weights of its own gets synthetic ones.
      """)

  @OptionGroup var modelOption: ModelOption
  @OptionGroup var weightsOption: WeightsOption
  @OptionGroup var sizeOption: SizeOption

  @Option(help: "Threads that compute. Default: one for each core.")
  var threads: Int?

  @Option(help: "How many runs the medians are of.")
  var runs = 15

  @Flag(help: "Convolve directly: no Winograd transforms.")
  var precise = false

  @Option(
    help: ArgumentHelp(
      "The algorithm wherever it fits. Default: the one expected to be the fastest.",
      valueName: "name"))
  var algorithm: LayerAlgorithm?

  @Option(
    help: ArgumentHelp(
      "Draw how the time grows with image size and number of photos, as a PNG.",
      valueName: "file"),
    completion: .file(extensions: ["png"]))
  var growth: String?

  @Option(
    help: ArgumentHelp("The photo of --growth's reports.", valueName: "image"),
    completion: .file(extensions: ["jpg", "jpeg", "png"]))
  var photo: String?

  @Option(
    help: ArgumentHelp(
      "Time steps that train all layers by this many photos, forward and back.",
      valueName: "batch"))
  var training: Int?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard runs >= 1 else { throw ValidationError("--runs takes 1 or more.") }
    guard threads.map((1...1024).contains) != false else {
      throw ValidationError("--threads takes 1 to 1024.")
    }
    guard training.map((1...1024).contains) != false else {
      throw ValidationError("--training takes 1 to 1024.")
    }
    guard training == nil || growth == nil else {
      throw ValidationError("--training and --growth do not go together.")
    }
    guard (growth == nil) == (photo == nil) else {
      throw ValidationError("--growth and --photo go together.")
    }
  }

  func run() throws {
    do {
      var options = ExecutionOptions()
      options.isPrecise = precise
      options.algorithm = algorithm
      options.keptWeights = training.map { .batch($0) } ?? .all
      options.threads = threads
      if let growth, let photo {
        let charts = try BenchmarkGrowth(
          model: modelOption.name, weights: weightsOption.weights, photo: photo, options: options,
          runs: runs)
        try AtomicFile.write(charts.png(), to: growth)
        StandardStreams.print([growth])
        return
      }
      let loaded = try LoadedModel(
        toTime: modelOption.name, weights: weightsOption.weights, size: sizeOption.size,
        options: options)
      if let training {
        let benchmark = try TrainingBenchmark(
          loaded, size: sizeOption.size, batch: training, runs: runs)
        print(json ? try benchmark.json() : benchmark.text())
        return
      }
      let benchmark = try Benchmark(loaded, size: sizeOption.size, runs: runs)
      print(json ? try benchmark.json() : benchmark.text())
    } catch {
      throw Progress(isVerbose: false).failure(error)
    }
  }
}
