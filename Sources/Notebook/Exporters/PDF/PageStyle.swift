import Plot

/// The measures and colours of a printed report, in points.
struct PageStyle {
  let width: Double
  let height: Double
  let margin = 62.0
  let bottom = 64.0
  let top = 70.0

  init(_ paper: Paper) {
    (width, height) = paper.size
  }

  var textWidth: Double { width - 2 * margin }
  var textHeight: Double { height - top - bottom }

  let ink = Color(0x1C1E21)
  let soft = Color(0x595E66)
  let line = Color(0xCFCFC8)
  let panel = Color(0xF2F2EE)
  let accent = Color(0xB3261E)
  let link = Color(0x0B57A4)

  let body = Font(size: 9)
  let small = Font(size: 7.5)
  let code = Font(size: 7.6, isMonospaced: true)
  let spacing = 1.22
}
