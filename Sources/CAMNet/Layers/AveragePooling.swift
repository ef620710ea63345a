/// The mean of each window, channel by channel. Zeros around the input count as values, or are left out of the mean.
public struct AveragePooling: LayerKind {
  public let window: Window
  /// Whether windows at the border are divided by all their taps, those in the padding too: torch's `count_include_pad`.
  public let countsPadding: Bool

  public init(_ window: Window, countsPadding: Bool = false) {
    self.window = window
    self.countsPadding = countsPadding
  }

  public static let operations = ["average_pooling"]
  public var operation: String { "average_pooling" }

  public var settings: [String: String] {
    window.settings.merging(countsPadding ? ["counts_padding": "yes"] : [:]) { own, _ in own }
  }

  public var neighborhood: Neighborhood { .window(window) }

  public var look: LayerLook { LayerLook("average pool", .pooling) }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] { window.facts(shapes) }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try window.poolingShape(of: inputs.oneFeatureMap())
  }

  public func expression(_ inputs: [String]) -> String {
    "avg_pool(\(inputs[0]), \(window.arguments)"
      + (countsPadding ? ", count_include_pad=True" : "") + ")"
  }

  public var isAffine: Bool { true }

  public func averagesAll(_ inputs: [Shape]) -> Bool {
    guard let output = try? outputShape(of: inputs) else { return false }
    return window.standsOnce && output[1] * output[2] == 1
  }

  /// Of a window over all places alone.
  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    guard window.standsOnce else { return nil }
    return GlobalAveragePooling().gradientExpression(gradient, input: input, output: output)
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let input = inputs[0].shape
    let geometry = WindowGeometry(window, input: input, output: output)
    let channels = input[3]
    return Tensor(shape: output) { destination in
      inputs[0].withUnsafeElements { source in
        parallel(over: output[1]) { row in
          guard let pixels = source.baseAddress, let results = destination.baseAddress else {
            return
          }
          for column in 0..<output[2] {
            let target = results + (row * output[2] + column) * channels
            target.initialize(repeating: 0, count: channels)
            var count = 0
            geometry.forEachTap(row: row, column: column) { _, pixel in
              let values = pixels + pixel * channels
              for channel in 0..<channels { target[channel] += values[channel] }
              count += 1
            }
            let share = share(count)
            for channel in 0..<channels { target[channel] *= share }
          }
        }
      }
    }
  }

  /// What a window's sum is multiplied by, of which `count` taps lie inside.
  private func share(_ count: Int) -> Float {
    1 / Float(countsPadding ? window.height * window.width : count)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let (input, output) = (call.inputs[0].shape, gradient.shape)
    let channels = output[3]
    let geometry = WindowGeometry(window, input: input, output: output)
    // Windows may overlap: threads divide the channels, so that each value is summed by one, window after window.
    let parts = Split(channels, limit: max(1, (channels + 15) / 16), multiple: 4)
    return LayerGradients(inputs: [
      Tensor(shape: input) { destination in
        destination.initialize(repeating: 0)
        gradient.withUnsafeElements { gradient in
          parallel(over: parts) { part in
            guard let gradient = gradient.baseAddress, let target = destination.baseAddress else {
              return
            }
            for pixel in 0..<output[1] * output[2] {
              let (row, column) = (pixel / output[2], pixel % output[2])
              var count = 0
              geometry.forEachTap(row: row, column: column) { _, _ in count += 1 }
              let share = share(count)
              geometry.forEachTap(row: row, column: column) { _, place in
                for channel in part {
                  target[place * channels + channel] +=
                    share * gradient[pixel * channels + channel]
                }
              }
            }
          }
        }
      }
    ])
  }
}
