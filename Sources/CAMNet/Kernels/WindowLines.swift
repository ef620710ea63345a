/// A convolution's padded input as products read it: no window is copied.
///
/// In a padded input a row of the window is `width · channels` values side by side, so that a window is as many pieces as it has
/// rows; where it is dilated along the width, or its channels are divided into groups, as many as it has taps. In a line of the
/// output neighbouring pixels' windows are one stride apart, so that one product goes along it.
struct WindowLines: Sendable {
  let padding: InputPadding
  /// How many lines the output consists of: its rows, or one of all its pixels for 1×1 windows.
  let count: Int
  /// How many pixels are in a line.
  let pixels: Int
  /// For each piece of a window, how many values behind the window's first it begins in the padded input.
  let taps: [Int]
  /// How many values a piece of a window has.
  let depth: Int

  init(_ convolution: Convolution, input: Shape, output: Shape) {
    let (window, channels) = (convolution.window, input[3])
    padding = InputPadding(window, input: input, output: output)
    let isPointwise =
      window.height == 1 && window.width == 1 && window.strides == 1 && padding.isEmpty
    (count, pixels) = isPointwise ? (1, output[1] * output[2]) : (output[1], output[2])
    let isMerged = window.dilations.horizontal == 1 && convolution.groups == 1
    depth = isMerged ? window.width * channels : channels / convolution.groups
    var taps: [Int] = []
    for row in 0..<window.height {
      for column in 0..<(isMerged ? 1 : window.width) {
        taps.append(
          (row * window.dilations.vertical * padding.width + column * window.dilations.horizontal)
            * channels)
      }
    }
    self.taps = taps
  }
}
