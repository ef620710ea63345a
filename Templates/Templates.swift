/// The words and the layout of reports, inside the program.
public enum Templates {
  /// The walk-through's prose, English.
  public static let englishWords = text(PackageResources.walkthrough_en_md)
  /// The report's page, Mustache.
  public static let page = text(PackageResources.page_html_mustache)
  /// The page of a check, Mustache.
  public static let checkPage = text(PackageResources.check_html_mustache)
  /// The page's style.
  public static let pageStyle = text(PackageResources.page_css)

  /// The page's script.
  public static let pageScript = text(PackageResources.page_js)

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
