/// The layer kinds that come with camreport.
public enum LayerKinds {
  /// A line for each kind.
  public static let all: [any LayerKind.Type] = [
    ChannelSlice.self,
    Rescale.self,
    ReverseChannels.self,
    Grayscale.self,
    Concat.self,
    Convolution.self,
    BatchNorm.self,
    LayerNorm.self,
    LocalResponseNormalization.self,
    ActivationFunction.self,
    PReLU.self,
    MaxPooling.self,
    AveragePooling.self,
    BiasAdd.self,
    ChannelScale.self,
    ChannelShuffle.self,
    Add.self,
    Subtract.self,
    Multiply.self,
    GlobalAveragePooling.self,
    Flatten.self,
    Pad.self,
    Resize.self,
    Unflatten.self,
    Dropout.self,
    Dense.self,
  ]

  /// The names of all operations there are.
  public static let operations = Set(all.flatMap { $0.operations })
}
