/// What says how photos are prepared for a model.
public enum PreparationOrigin: String, Sendable, Codable {
  /// The network itself: camreport knows how it was trained.
  case network
  /// Options.
  case options
  /// A file, such as those that lie beside models.
  case file
  /// The weights' file: they were trained so.
  case weights
  /// The texts beside the graph in the network's file.
  case metadata
  /// The graph in the network's file, whose first operations take bytes.
  case graph
  /// Nobody: it is what is usual for such files.
  case assumed
}
