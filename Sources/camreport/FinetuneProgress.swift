import CAMNet
import Foundation
import Synchronization
import Training

/// What a person is told while a network is trained: on a terminal a bar with the time left, in a pipe a line for each epoch, and a
/// file of JSON lines where one is asked for.
final class FinetuneProgress: Sendable {
  private let line = TerminalLine()
  private let printsEpochs = isatty(STDOUT_FILENO) != 1
  private let log: LogFile?
  private let clock = ContinuousClock()
  private let state: Mutex<State>

  private struct State {
    /// When what the bar shows began, and what that is.
    var start: ContinuousClock.Instant
    var stage = ""
    /// When the bar was drawn last.
    var drawn: ContinuousClock.Instant?
    /// How many photos were done in this process, and when the first of them was begun.
    var photos = 0
  }

  init(log path: String?) throws {
    log = try path.map { try LogFile($0) }
    state = Mutex(State(start: .now))
  }

  func clear() { line.clear() }

  func show(_ event: TrainingEvent) throws {
    switch event {
    case .read(let done, let count): draw("reading", done, of: count) { "" }
    case .evaluated(let done, let count): draw("judging", done, of: count) { "" }
    case .begun(let epochs): try log?.begin(with: epochs)
    case .rangeTest(let step, let count):
      draw("looking for a learning rate", step, of: count) { "" }
    case .photo(let progress):
      let done = progress.epoch * progress.photos + progress.photo
      draw("training", done, of: progress.epochs * progress.photos) {
        Self.text(progress)
      }
    case .epoch(let record, let count):
      if printsEpochs { StandardStreams.printLine(Self.text(record, of: count)) }
      try log?.append(record)
    }
  }

  /// `, epoch 3 of 20, loss 0.123, accuracy 97 %`
  private static func text(_ progress: TrainingProgress) -> String {
    let losses = progress.losses.map {
      ", loss \(number($0.total)), accuracy \(percent($0.accuracy))"
    }
    return ", epoch \(progress.epoch + 1) of \(progress.epochs)\(losses ?? "")"
  }

  /// `epoch 3 of 20: loss 0.1234, accuracy 96.9 %; kept back: loss 0.2101, accuracy 96.2 %`
  private static func text(_ record: EpochRecord, of count: Int) -> String {
    func text(_ losses: EpochRecord.Losses) -> String {
      "loss \(number(losses.total)), accuracy \(percent(losses.accuracy))"
    }
    let kept = record.validation.map { "; kept back: \(text($0))" } ?? ""
    let warmUp = record.isWarmUp ? " (the head alone)" : ""
    return "epoch \(record.epoch + 1) of \(count)\(warmUp): \(text(record.training))\(kept)"
  }

  private static func number(_ value: Double) -> String { String(format: "%.4g", value) }

  private static func percent(_ value: Double) -> String { String(format: "%.1f %%", value * 100) }

  /// `training ██████░░░░░░░░░░░░░░ 60/200, 31 photos/s, 0:05 left`
  private func draw(_ stage: String, _ done: Int, of count: Int, _ rest: () -> String) {
    guard line.isShown else { return }
    let text = state.withLock { state -> String? in
      let now = clock.now
      if state.stage != stage {
        (state.stage, state.start, state.photos, state.drawn) = (stage, now, done, nil)
      }
      let isDue = state.drawn.map { $0.duration(to: now) >= .milliseconds(100) } ?? true
      guard isDue || done == count else { return nil }
      state.drawn = now
      let elapsed = state.start.duration(to: now) / .seconds(1)
      let speed = elapsed > 0 ? Double(done - state.photos) / elapsed : 0
      return "\(stage) \(ProgressBar.text(done, of: count))"
        + (speed > 0 ? ", \(Self.number(speed)) a second" : "")
        + ProgressBar.timeLeft(speed > 0 ? Double(count - done) / speed : nil) + rest()
    }
    if let text { line.show(text) }
  }
}

/// A file of JSON objects, one a line, that grows while a training goes on.
private final class LogFile: Sendable {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, action: .create, code: errno) }
  }

  deinit { close(descriptor) }

  /// Puts some objects in the place of what is there, such as what was trained after the last checkpoint of an interrupted training.
  func begin(with values: [some Encodable]) throws {
    // What is no regular file has nothing to be put away.
    if FileBytes.isRegular(path), ftruncate(descriptor, 0) != 0 {
      throw FileError(path: path, action: .write, code: errno)
    }
    for value in values { try append(value) }
  }

  func append(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes = Array(try encoder.encode(value))
    bytes.append(UInt8(ascii: "\n"))
    let code = bytes.withUnsafeBytes { AtomicFile.writeAll($0, descriptor) }
    if code != 0 { throw FileError(path: path, action: .write, code: code) }
  }
}
