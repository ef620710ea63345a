extension PreparedInput {
  /// A box in the network's input as a rectangle in the photo's pixels.
  public func onPhoto(_ box: BoundingBox) -> Region {
    let (scaleX, scaleY) = (
      region.width / Double(image.width), region.height / Double(image.height)
    )
    return Region(
      x: region.x + Double(box.x) * scaleX, y: region.y + Double(box.y) * scaleY,
      width: Double(box.width) * scaleX, height: Double(box.height) * scaleY)
  }
}
