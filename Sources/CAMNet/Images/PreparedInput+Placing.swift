extension PreparedInput {
  /// A box around pixels of the network's input as the rectangle of the photo that they show.
  public func onPhoto(_ box: BoundingBox) -> Region {
    let (scaleX, scaleY) = (
      region.width / Double(image.width), region.height / Double(image.height)
    )
    return Region(
      x: region.x + Double(box.x) * scaleX, y: region.y + Double(box.y) * scaleY,
      width: Double(box.width) * scaleX, height: Double(box.height) * scaleY)
  }
}
