import Plot
import TestSupport
import Testing

@Suite struct ColormapTests {
  @Test(arguments: Colormap.allCases)
  func `every entry is Matplotlib's`(colormap: Colormap) throws {
    let reference = try Fixture.json("colormaps.json", as: [String: [[UInt8]]].self)
    let expected = try #require(reference[colormap.rawValue])
    for index in 0..<256 {
      let color = colormap.color(at: UInt8(index))
      #expect([color.red, color.green, color.blue] == expected[index], "entry \(index)")
    }
  }
}
