/// The largest value in each window, channel by channel. Padding never wins: windows are cut at the border.
public struct MaxPooling: LayerKind {
  public let window: Window

  public init(_ window: Window) {
    self.window = window
  }

  public static let operations = ["max_pooling"]
  public var operation: String { "max_pooling" }

  public var settings: [String: String] { window.settings }

  public var neighborhood: Neighborhood { .window(window) }

  public var look: LayerLook { LayerLook("max pool", .pooling) }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] { window.facts(shapes) }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try window.poolingShape(of: inputs.oneFeatureMap())
  }

  public func expression(_ inputs: [String]) -> String {
    "max_pool(\(inputs[0]), \(window.arguments))"
  }

  /// The gradient goes to the largest value, of equal ones the first; of a window over all places alone.
  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    guard window.standsOnce else { return nil }
    let rows = "\(input).reshape(-1, \(input).shape[3])"
    return
      "((np.arange(len(\(rows)))[:, None] == \(rows).argmax(axis=0)) * \(gradient).reshape(1, -1))"
      + ".reshape(\(input).shape)"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let input = inputs[0].shape
    let geometry = WindowGeometry(window, input: input, output: output)
    let channels = input[3]
    if halves(input, output) { return halved(inputs[0], output) }
    return Tensor(shape: output) { destination in
      inputs[0].withUnsafeElements { source in
        parallel(over: output[1]) { row in
          guard let pixels = source.baseAddress, let results = destination.baseAddress else {
            return
          }
          withUnsafeTemporaryAllocation(of: Int.self, capacity: window.height * window.width) {
            places in
            guard let list = places.baseAddress else { return }
            for column in 0..<output[2] {
              var count = 0
              geometry.forEachTap(row: row, column: column) { _, pixel in
                list[count] = pixel * channels
                count += 1
              }
              KernelSet.current.table.pointee.max_window(
                pixels, list, count, results + (row * output[2] + column) * channels, channels)
            }
          }
        }
      }
    }
  }

  /// Whether the windows are blocks of 2×2 that fill the input, as almost all networks have them.
  private func halves(_ input: Shape, _ output: Shape) -> Bool {
    let geometry = WindowGeometry(window, input: input, output: output)
    return window == Window(height: 2, width: 2, stride: 2, padding: window.padding)
      && geometry.top == 0 && geometry.left == 0 && input[1] == 2 * output[1]
      && input[2] == 2 * output[2]
  }

  private func halved(_ input: Tensor, _ output: Shape) -> Tensor {
    let line = input.shape[2] * input.shape[3]
    let results = output[2] * output[3]
    return Tensor(shape: output) { destination in
      input.withUnsafeElements { source in
        parallel(over: output[1]) { row in
          guard let pixels = source.baseAddress, let target = destination.baseAddress else {
            return
          }
          let upper = pixels + 2 * row * line
          KernelSet.current.table.pointee.max_pool(
            upper, upper + line, target + row * results, output[2], output[3])
        }
      }
    }
  }

  /// The gradient goes to the largest value of each window, of equal ones the first, whose place is found again by comparing.
  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let (input, output) = (call.inputs[0], gradient.shape)
    if halves(input.shape, output) {
      return LayerGradients(inputs: [halvedBackward(gradient, input, call.options.kernels)])
    }
    let channels = output[3]
    let geometry = WindowGeometry(window, input: input.shape, output: output)
    // Windows may overlap: threads divide the channels, so that each value is summed by one, window after window.
    let parts = Split(channels, limit: max(1, (channels + 15) / 16), multiple: 4)
    return LayerGradients(inputs: [
      Tensor(shape: input.shape) { destination in
        destination.initialize(repeating: 0)
        input.withUnsafeElements { values in
          gradient.withUnsafeElements { gradient in
            parallel(over: parts) { part in
              guard let values = values.baseAddress, let target = destination.baseAddress,
                let gradient = gradient.baseAddress
              else { return }
              withUnsafeTemporaryAllocation(of: Int.self, capacity: part.count) { places in
                for pixel in 0..<output[1] * output[2] {
                  places.initialize(repeating: -1)
                  geometry.forEachTap(row: pixel / output[2], column: pixel % output[2]) {
                    _, place in
                    for channel in part {
                      let old = places[channel - part.lowerBound]
                      if old < 0
                        || values[place * channels + channel] > values[old * channels + channel]
                      {
                        places[channel - part.lowerBound] = place
                      }
                    }
                  }
                  for channel in part {
                    target[places[channel - part.lowerBound] * channels + channel] +=
                      gradient[pixel * channels + channel]
                  }
                }
              }
            }
          }
        }
      }
    ])
  }

  private func halvedBackward(
    _ gradient: Tensor, _ input: Tensor, _ kernels: KernelSet
  ) -> Tensor {
    let output = gradient.shape
    let line = input.shape[2] * input.shape[3]
    return Tensor(shape: input.shape) { destination in
      input.withUnsafeElements { input in
        gradient.withUnsafeElements { gradient in
          parallel(over: output[1]) { row in
            guard let input = input.baseAddress, let gradient = gradient.baseAddress,
              let target = destination.baseAddress
            else { return }
            let upper = 2 * row * line
            kernels.table.pointee.max_pool_gradient(
              input + upper, input + upper + line, gradient + row * output[2] * output[3],
              target + upper, target + upper + line, output[2], output[3])
          }
        }
      }
    }
  }
}
